package org.randygpt.core.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Tokens of a text one after the other, in memory or in a mapped file: unsigned numbers of 16 or 32 bits, the lower
 * byte first. The first is the token that stands before a text; it stands before each further document, too, after the
 * token that ends the one before, if that is another.
 */
public final class TokenStore {
    /** Tokens of a vocabulary up to this one have 16 bits. */
    static final int MOST_NARROW = 1 << Short.SIZE;

    private static final ValueLayout.OfShort NARROW =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt WIDE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment tokens;
    private final int bytesPerToken;
    private final long documents;
    private final TextCounts counts;

    /**
     * Tokens that lie in memory.
     *
     * @param bytesPerToken 2 or 4
     * @param documents how many there are
     * @param counts what was noticed in their text
     */
    TokenStore(MemorySegment tokens, int bytesPerToken, long documents, TextCounts counts) {
        this.tokens = tokens;
        this.bytesPerToken = bytesPerToken;
        this.documents = documents;
        this.counts = counts;
    }

    /**
     * Tokens in memory.
     *
     * @param bos token that stands before the first document, and among the others before each further one
     */
    public static TokenStore of(int bos, int... others) {
        return ofPart(bos, bos, others);
    }

    /**
     * Tokens of a part of a text in memory.
     *
     * @param before the token before it, which may be of the text
     * @param bos token that stands before each further document
     */
    public static TokenStore ofPart(int before, int bos, int... others) {
        MemorySegment tokens = MemorySegment.ofArray(new byte[Math.multiplyExact(others.length + 1, Integer.BYTES)]);
        tokens.set(WIDE, 0, before);
        MemorySegment.copy(others, 0, tokens, WIDE, Integer.BYTES, others.length);
        long documents = 1 + Arrays.stream(others).filter(token -> token == bos).count();
        return new TokenStore(tokens, Integer.BYTES, documents, TextCounts.NONE);
    }

    /** Bytes of each token of a vocabulary of a size. */
    static int bytesPerToken(int vocabSize) {
        return vocabSize <= MOST_NARROW ? Short.BYTES : Integer.BYTES;
    }

    /** Number of tokens, those that stand around documents included. */
    public long size() {
        return tokens.byteSize() / bytesPerToken;
    }

    /** Number of documents. */
    public long documents() {
        return documents;
    }

    /** What was noticed in the text. */
    public TextCounts counts() {
        return counts;
    }

    /** Bytes of the heap that the tokens take: none when they are in a file. */
    public long heapBytes() {
        return tokens.heapBase().isPresent() ? tokens.byteSize() : 0;
    }

    /** The token at a place. */
    public int get(long at) {
        return bytesPerToken == Short.BYTES
                ? Short.toUnsignedInt(tokens.get(NARROW, at * Short.BYTES))
                : tokens.get(WIDE, at * Integer.BYTES);
    }

    /**
     * Reads some tokens; allocates nothing.
     *
     * @param from place of the first
     * @param to overwritten from {@code at} on
     */
    public void read(long from, int count, int[] to, int at) {
        if (bytesPerToken == Integer.BYTES) {
            MemorySegment.copy(tokens, WIDE, from * Integer.BYTES, to, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            to[at + i] = Short.toUnsignedInt(tokens.get(NARROW, (from + i) * Short.BYTES));
        }
    }

    /** The first place of a token from one place on and before another, which is returned when there is none. */
    public long find(int token, long from, long to) {
        for (long at = from; at < to; at++) {
            if (get(at) == token) {
                return at;
            }
        }
        return to;
    }
}
