/** Starts randyGPT on a JDK that can run it. Compiled for Java 17, so that an older Java can look for a newer one. */
@NullMarked
package org.randygpt.launcher;

import org.jspecify.annotations.NullMarked;
