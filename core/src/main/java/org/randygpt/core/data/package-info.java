/** Files of text or tokens, read once, by all cores, in memory that does not depend on their size. */
@NullMarked
package org.randygpt.core.data;

import org.jspecify.annotations.NullMarked;
