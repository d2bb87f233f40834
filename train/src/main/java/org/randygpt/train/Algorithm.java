package org.randygpt.train;

/** What changes the hidden matrices of a model; AdamW changes all other weights. */
public enum Algorithm {
    /** Steps of about the same size for each weight (Loshchilov and Hutter 2019). */
    ADAMW,
    /** Steps of about the same size in every direction of a matrix (Jordan 2024). */
    MUON
}
