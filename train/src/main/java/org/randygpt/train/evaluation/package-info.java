/**
 * How good a model is: on a text, on tasks, by what it writes, and beside another one. T context, V vocabulary. Nothing
 * depends on the number of threads.
 */
@NullMarked
package org.randygpt.train.evaluation;

import org.jspecify.annotations.NullMarked;
