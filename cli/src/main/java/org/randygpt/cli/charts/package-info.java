/** Pictures of figures, as PNG and SVG, and charts of characters. Knows nothing of runs. */
@NullMarked
package org.randygpt.cli.charts;

import org.jspecify.annotations.NullMarked;
