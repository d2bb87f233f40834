package org.randygpt.cli.charts;

/**
 * A value to compare with, drawn as a line across a chart with its name at the right.
 *
 * @param name short
 */
public record Level(String name, double value) {}
