package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** How often each piece stands in some texts; for one thread. */
public final class PieceCounts {
    private final PreTokenization pieces;
    private final Map<ByteBuffer, long[]> counts = new HashMap<>();

    /**
     * Counts of no text yet.
     *
     * @param pieces how texts are cut
     */
    public PieceCounts(PreTokenization pieces) {
        this.pieces = pieces;
    }

    /** Counts the pieces of a text. */
    public void add(byte[] text) {
        add(text, 0, text.length);
    }

    /** Counts those of a part of a text, which begins and ends between pieces. */
    void add(byte[] text, int start, int end) {
        int at = start;
        while (at < end) {
            int pieceEnd = pieces.end(text, at);
            long[] count = counts.get(ByteBuffer.wrap(text, at, pieceEnd - at));
            if (count == null) {
                count = new long[1];
                // A copy, so that the text need not stay.
                counts.put(ByteBuffer.wrap(Arrays.copyOfRange(text, at, pieceEnd)), count);
            }
            count[0]++;
            at = pieceEnd;
        }
    }

    /** Adds those of other texts. */
    void add(PieceCounts others) {
        others.counts.forEach((piece, count) -> counts.computeIfAbsent(piece, _ -> new long[1])[0] += count[0]);
    }

    /** The counts themselves. */
    Map<ByteBuffer, long[]> byPiece() {
        return counts;
    }
}
