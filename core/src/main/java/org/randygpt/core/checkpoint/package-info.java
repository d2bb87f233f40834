/** Models on disk: folders with Hugging Face's files, keys, tensor names and orientations. */
@NullMarked
package org.randygpt.core.checkpoint;

import org.jspecify.annotations.NullMarked;
