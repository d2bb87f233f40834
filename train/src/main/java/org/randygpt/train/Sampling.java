package org.randygpt.train;

/**
 * Which windows of its text a run sees, and which part it is validated on.
 *
 * @param order in which windows come
 * @param borders whether a window may reach from one document into the next
 * @param split what is held out for validation
 * @param heldOut the part of the tokens that is held out
 * @param evaluationTokens the most tokens of a validation; of a longer held-out part, windows all over it
 */
public record Sampling(Order order, Borders borders, Split split, float heldOut, long evaluationTokens) {
    /** Epochs, across documents, of all but a tenth. */
    public static final Sampling USUAL = new Sampling(Order.EPOCHS, Borders.CROSSED, Split.AUTO, 0.1f, 1 << 18);

    private static final float MOST_HELD_OUT = 0.5f;

    /** In which order windows come. */
    public enum Order {
        /** Each once, in a random order, before any comes again. */
        EPOCHS,
        /** Each at random, whatever came before. */
        RANDOM
    }

    /** What a window does where a document ends. */
    public enum Borders {
        /** It goes on with the next document. */
        CROSSED,
        /** It ends there and is filled up with what is not predicted. */
        KEPT
    }

    /** What is held out. */
    public enum Split {
        /** Documents where there are {@link #MANY} or more, otherwise a position. */
        AUTO,
        /** The end of the text. */
        POSITION,
        /** Documents chosen by the seed. */
        DOCUMENTS;

        /** So many documents are enough for some of them to stand for all. */
        static final int MANY = 20;
    }

    /** Throws {@link IllegalArgumentException} that names the setting, its value and what it may be. */
    public Sampling {
        Settings.require(
                heldOut > 0 && heldOut <= MOST_HELD_OUT,
                "the held-out part is %s; it must be above 0 and at most %s",
                heldOut,
                MOST_HELD_OUT);
        Settings.require(
                evaluationTokens >= 1, "the tokens of a validation are %s; there must be at least 1", evaluationTokens);
    }
}
