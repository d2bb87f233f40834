package org.randygpt.train.evaluation;

/**
 * Parts of a text that losses are summed over, the same for every tokenizer: its documents, in at most 4,096 groups of
 * neighbours, if there are a hundred or more; else at most 1,000 stretches of at least 512 bytes.
 *
 * @param count how many
 * @param documents of the whole text
 * @param bytes of the whole text
 */
public record Segments(int count, long documents, long bytes) {
    private static final int FEWEST_DOCUMENTS = 100;
    private static final int MOST_GROUPS = 4096;
    private static final int MOST_STRETCHES = 1000;
    private static final int SHORTEST_STRETCH = 512;

    /** Those of a text. */
    public static Segments of(TextUnits.Size size) {
        long count = size.documents() >= FEWEST_DOCUMENTS
                ? Math.min(size.documents(), MOST_GROUPS)
                : Math.clamp(size.bytes() / SHORTEST_STRETCH, 1, MOST_STRETCHES);
        return new Segments((int) count, size.documents(), size.bytes());
    }

    /** Whether they are made of whole documents. */
    public boolean areDocuments() {
        return documents >= FEWEST_DOCUMENTS;
    }

    /**
     * The segment of a token.
     *
     * @param document number of its document, from 0
     * @param offset bytes of text before it
     */
    int at(long document, long offset) {
        long part = areDocuments() ? document * count / documents : offset * count / Math.max(1, bytes);
        return (int) Math.min(part, count - 1);
    }
}
