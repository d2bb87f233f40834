/** Whether something has become slower: ratios of one run against those that were committed. */
@NullMarked
package org.randygpt.bench.regression;

import org.jspecify.annotations.NullMarked;
