package org.randygpt.cli.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.style.AxesChartStyler;

/** What all charts have in common. */
final class Looks {
    /** Of Okabe and Ito 2008, which those who see fewer colours can tell apart, without their yellow. */
    private static final List<Color> COLOURS = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x333333));

    static final Color QUIET = new Color(0x707070);
    private static final Color GRID = new Color(0xE6E6E6);
    private static final Color INK = new Color(0x262626);
    private static final double PALENESS = 0.65;
    private static final int WHITE = 255;
    private static final int TITLE_SIZE = 15;
    private static final int LABEL_SIZE = 12;
    private static final int PADDING = 12;
    private static final float FAINT = 0.7f;

    private Looks() {}

    static Color colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    static Color ofLevel(Level level) {
        return level.colour() == Level.QUIET ? QUIET : colour(level.colour());
    }

    static Color pale(Color colour) {
        return new Color(paler(colour.getRed()), paler(colour.getGreen()), paler(colour.getBlue()));
    }

    private static int paler(int part) {
        return (int) Math.round(part + PALENESS * (WHITE - part));
    }

    static Font label() {
        return new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_SIZE);
    }

    static void apply(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartPadding(PADDING);
        styler.setChartFontColor(INK);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TITLE_SIZE));
        styler.setChartTitleBoxVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(label());
        styler.setAxisTitleFont(label());
        styler.setAxisTickLabelsFont(label());
        styler.setAxisTickLabelsColor(INK);
        styler.setAxisTickMarksColor(QUIET);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(FAINT));
        styler.setPlotContentSize(1.0);
    }
}
