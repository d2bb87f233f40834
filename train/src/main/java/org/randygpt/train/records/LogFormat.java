package org.randygpt.train.records;

/** A form in which a run writes its metrics beside {@code metrics.jsonl}. */
public enum LogFormat {
    /** {@code metrics.csv}: a row for each step and for each validation, with empty cells for what it does not have. */
    CSV,
    /** {@code events.out.tfevents.*}, which TensorBoard reads: one more for each time that the run goes on. */
    TENSORBOARD
}
