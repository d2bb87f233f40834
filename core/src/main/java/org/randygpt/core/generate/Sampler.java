package org.randygpt.core.generate;

/** Chooses the next token. */
public interface Sampler {

    /**
     * The id of the next token.
     *
     * @param logits (V), may be overwritten
     */
    int next(float[] logits);

    /** The likeliest token always; the first of equals. */
    static Sampler greedy() {
        return logits -> {
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                if (logits[i] > logits[best]) {
                    best = i;
                }
            }
            return best;
        };
    }
}
