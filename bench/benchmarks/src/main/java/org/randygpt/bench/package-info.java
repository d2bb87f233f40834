/** Benchmarks. */
@NullMarked
package org.randygpt.bench;

import org.jspecify.annotations.NullMarked;
