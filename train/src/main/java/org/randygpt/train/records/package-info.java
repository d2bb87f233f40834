/**
 * What a run writes down while it goes, for people, spreadsheets and TensorBoard.
 *
 * <p>Files of records are no part of a save. They say of each step what happened when it counted: where a run goes
 * back, and where it goes on from a save after it was killed, what came after that step is taken out first, so that
 * they read as if the run had never stopped. They are not forced to the disk, and no failure to write them ends a run.
 */
@NullMarked
package org.randygpt.train.records;

import org.jspecify.annotations.NullMarked;
