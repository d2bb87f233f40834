/**
 * The arithmetic of a transformer on the CPU, as plain loops (the definition) and with the Vector API.
 *
 * <p>Legend of shapes: B batch, T time, C width, H heads, D head size, V vocabulary; M, N, K in a matmul. A gradient is
 * named {@code d} + the name of what it belongs to. All matrices are dense and row-major.
 */
@NullMarked
package org.randygpt.kernels;

import org.jspecify.annotations.NullMarked;
