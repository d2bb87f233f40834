package org.randygpt.cli.charts;

import java.awt.Graphics2D;

/** Something that can be a part of a {@link Picture}. */
public sealed interface Drawing permits LineChart, BarChart {

    /** Draws itself from (0, 0) on, so large. */
    void paint(Graphics2D graphics, int width, int height);
}
