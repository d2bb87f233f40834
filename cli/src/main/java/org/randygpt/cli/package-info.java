/** The command line. */
@NullMarked
package org.randygpt.cli;

import org.jspecify.annotations.NullMarked;
