package org.randygpt.core.graph;

/**
 * By which angles rotary positions turn queries and keys: made once for all layers.
 *
 * @param table (positions, D), which the plan fills when it is made
 * @param base of the angles' frequencies
 */
public record RotaryAngles(Tensor table, float base) {}
