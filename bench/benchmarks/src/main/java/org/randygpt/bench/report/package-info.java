/** The report: ratios between what was measured side by side in one run. */
@NullMarked
package org.randygpt.bench.report;

import org.jspecify.annotations.NullMarked;
