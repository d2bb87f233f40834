/** The GPT family: a configuration, and the graph that it stands for. */
@NullMarked
package org.randygpt.core.model;

import org.jspecify.annotations.NullMarked;
