package org.randygpt.cli.charts;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.XYChart;

/** Names of levels above their lines, at the right of a chart; those that would overlap stand above each other. */
final class LevelNames {
    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final int ABOVE = 5;
    private static final int MARGIN = 6;
    private static final int LINE = 14;

    private final List<Level> levels;

    LevelNames(List<Level> levels) {
        this.levels = levels;
    }

    /** The room that they need, in pixels. */
    double width() {
        return levels.stream()
                .mapToDouble(level -> bounds(level).getWidth() + 2 * MARGIN)
                .max()
                .orElse(0);
    }

    private static Rectangle2D bounds(Level level) {
        return layout(level).getBounds();
    }

    private static TextLayout layout(Level level) {
        return new TextLayout(level.label(), Looks.label(), CONTEXT);
    }

    /**
     * Draws them into a chart that has been painted.
     *
     * @param right where they end, in the chart's x
     */
    void paint(XYChart chart, double right, Graphics2D graphics) {
        List<Level> fromBelow = new ArrayList<>(levels);
        fromBelow.sort(Comparator.comparingDouble(Level::value));
        double end = chart.getScreenXFromChart(right) - MARGIN;
        double free = Double.POSITIVE_INFINITY;
        for (Level level : fromBelow) {
            double y = Math.min(free, chart.getScreenYFromChart(level.value()) - ABOVE);
            // As outlines, like all other text of a chart.
            Shape outline = layout(level)
                    .getOutline(AffineTransform.getTranslateInstance(
                            end - bounds(level).getWidth(), y));
            graphics.setColor(Looks.ofLevel(level));
            graphics.fill(outline);
            free = y - LINE;
        }
    }
}
