/** Text to token ids and back. */
@NullMarked
package org.randygpt.core.text;

import org.jspecify.annotations.NullMarked;
