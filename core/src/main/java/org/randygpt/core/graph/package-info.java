/**
 * Autograd: a model is recorded once as a list of coarse operations over fixed shapes, then replayed forward and,
 * reversed, backward.
 *
 * <p>Legend of shapes: B batch, T time, C width, H heads, G key/value heads, D head size, V vocabulary.
 */
@NullMarked
package org.randygpt.core.graph;

import org.jspecify.annotations.NullMarked;
