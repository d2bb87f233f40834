package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Encodes parts of texts with a cache of their pieces. For one thread. */
final class PieceEncoder {
    private final PreTokenization pieces;
    private final Merges merges;
    private final Map<ByteBuffer, Integer> wholePieces;
    private final PieceCache cache = new PieceCache();

    /** @param wholePieces tokens of their own, whatever merges make of them */
    PieceEncoder(PreTokenization pieces, Merges merges, Map<ByteBuffer, Integer> wholePieces) {
        this.pieces = pieces;
        this.merges = merges;
        this.wholePieces = wholePieces;
    }

    /** The tokens of a part that begins and ends between pieces. */
    int[] encode(byte[] text, int start, int end) {
        // Half as many as bytes is seldom not enough, and then there are as many as bytes at most.
        int[] tokens = new int[(end - start) / 2 + 1];
        int count = 0;
        int at = start;
        while (at < end) {
            int pieceEnd = pieces.end(text, at);
            int needed = pieceEnd - at;
            if (tokens.length - count < needed) {
                tokens = Arrays.copyOf(tokens, count + (end - at));
            }
            count += encodePiece(text, at, pieceEnd, tokens, count);
            at = pieceEnd;
        }
        return count == tokens.length ? tokens : Arrays.copyOf(tokens, count);
    }

    private int encodePiece(byte[] text, int start, int end, int[] tokens, int at) {
        int slot = cache.slot(text, start, end);
        if (slot < 0) {
            return encodeAnew(text, start, end, tokens, at);
        }
        if (cache.holds(slot, text, start, end)) {
            return cache.copy(slot, tokens, at);
        }
        int count = encodeAnew(text, start, end, tokens, at);
        cache.put(slot, text, start, end, tokens, at, count);
        return count;
    }

    private int encodeAnew(byte[] text, int start, int end, int[] tokens, int at) {
        if (!wholePieces.isEmpty()) {
            Integer whole = wholePieces.get(ByteBuffer.wrap(text, start, end - start));
            if (whole != null) {
                tokens[at] = whole;
                return 1;
            }
        }
        return merges.encode(text, start, end, tokens, at);
    }
}
