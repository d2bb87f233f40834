/** Text from a trained model. */
@NullMarked
package org.randygpt.core.generate;

import org.jspecify.annotations.NullMarked;
