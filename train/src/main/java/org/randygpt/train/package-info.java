/** The training loop. */
@NullMarked
package org.randygpt.train;

import org.jspecify.annotations.NullMarked;
