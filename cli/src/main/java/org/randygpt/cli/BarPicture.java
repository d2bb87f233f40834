package org.randygpt.cli;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.randygpt.core.checkpoint.AtomicFiles;

/**
 * A picture of bars beside each other.
 *
 * @param title what it shows
 * @param x what the bars are
 * @param y what their heights are
 * @param labels of the bars, each different
 * @param heights of the bars
 */
record BarPicture(String title, String x, String y, List<String> labels, List<Long> heights) {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 700;
    private static final int LABEL_SIZE = 15;
    private static final int TITLE_SIZE = 20;
    private static final int LABEL_ANGLE = 45;
    private static final Color BLUE = new Color(0x0072B2);
    private static final List<String> FORMATS = List.of("png", "svg");

    /** Throws {@link BadInputException} unless a file's name says of which format the picture is to be. */
    static void requireFormat(Path file) {
        if (!FORMATS.contains(format(file))) {
            throw new BadInputException("--picture %s: a picture's name must end with .png or .svg".formatted(file));
        }
    }

    /** Writes the picture as PNG or SVG, as the file's name says. */
    void write(Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        byte[] picture;
        try {
            picture = ChartEncoder.getBytes(draw(), format(file));
        } catch (LinkageError | IllegalStateException noFonts) {
            throw new IOException(
                    "a picture needs a font, and Java finds none; install fontconfig and one, such as fonts-dejavu-core",
                    noFonts);
        }
        AtomicFiles.write(file, content -> content.write(ByteBuffer.wrap(picture)));
    }

    private static String format(Path file) {
        String name = file.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private CategoryChart draw() {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        var styler = chart.getStyler();
        Font label = new Font(Font.SANS_SERIF, Font.PLAIN, LABEL_SIZE);
        styler.setLegendVisible(false);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setSeriesColors(new Color[] {BLUE});
        styler.setAvailableSpaceFill(0.9);
        styler.setXAxisLabelRotation(LABEL_ANGLE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, TITLE_SIZE));
        styler.setAxisTitleFont(label);
        styler.setAxisTickLabelsFont(label);
        styler.setYAxisDecimalPattern("#,###");
        var _ = chart.addSeries(y, labels, heights);
        return chart;
    }
}
