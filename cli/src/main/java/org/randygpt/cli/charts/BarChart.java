package org.randygpt.cli.charts;

import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * Bars with labels under them, such as those of a histogram.
 *
 * @param title what they show
 * @param x title of the axis to the right
 * @param y title of the axis upwards, with the unit
 * @param labels one for each place where bars stand, different from each other
 * @param groups bars of one colour each, which stand beside each other
 */
public record BarChart(String title, String x, String y, List<String> labels, List<Group> groups) implements Drawing {
    private static final double FILLED = 0.9;
    private static final int MOST_UPRIGHT = 12;
    private static final int SLANT = 45;

    /**
     * Bars of one colour.
     *
     * @param name for the legend, which is only shown when there are several
     * @param heights one for each label
     */
    public record Group(String name, List<Double> heights) {}

    /** Throws {@link IllegalArgumentException} unless each label has its bars. */
    public BarChart {
        for (Group group : groups) {
            if (group.heights().size() != labels.size()) {
                throw new IllegalArgumentException("%s has %d bars for %d labels; give one for each"
                        .formatted(group.name(), group.heights().size(), labels.size()));
            }
        }
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        CategoryStyler styler = chart.getStyler();
        Looks.apply(styler);
        styler.setAvailableSpaceFill(FILLED);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setYAxisTickLabelsFormattingFunction(Numbers::label);
        styler.setXAxisLabelRotation(labels.size() > MOST_UPRIGHT ? SLANT : 0);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendVisible(groups.size() > 1);
        for (int i = 0; i < groups.size(); i++) {
            CategorySeries added = chart.addSeries(
                    i + " " + groups.get(i).name(), labels, groups.get(i).heights());
            added.setLabel(groups.get(i).name());
            added.setFillColor(Looks.colour(i));
        }
        chart.paint(graphics, width, height);
    }
}
