package org.randygpt.core.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.text.CharacterCounts;
import org.randygpt.core.text.Tokenizer;

/** What there is to know about texts before anybody trains on them, from one reading, in bounded memory. */
public final class TextStatistics {
    /** Lengths are counted by powers of two: below 2, below 4, and so on. */
    public static final int LENGTHS = 48;

    /** Different documents or lines that are remembered, of which others may be copies. */
    private static final int MOST_REMEMBERED = 1 << 20;

    private static final long HASH_BASE = 0x9e3779b97f4a7c15L | 1;

    private final CharacterCounts characters = new CharacterCounts();
    private final Kind documents = new Kind();
    private final Kind lines = new Kind();
    private TextCounts counts = TextCounts.NONE;
    private long bytes;

    private TextStatistics() {}

    /** Reads everything that a reader reads. */
    public static TextStatistics of(DocumentReader reader) throws IOException {
        TextStatistics statistics = new TextStatistics();
        reader.read(Part::new, statistics::add);
        return statistics;
    }

    /**
     * Reads the text that files of tokens stand for, too. A document ends with the token that ends one, or before the
     * one that begins one; what is no UTF-8 counts as U+FFFD.
     *
     * @param shards at least one
     * @throws IOException naming the file that cannot be read, or a token that the tokenizer does not have
     */
    public void addTokens(List<DataFile> shards, Tokenizer tokenizer, ReadingProgress progress) throws IOException {
        long size = Corpus.storedBytes(shards);
        long read = 0;
        DecodedTokens decoded = new DecodedTokens(tokenizer, shards.getFirst(), block -> add(block, new Part(block)));
        for (DataFile file : shards) {
            TokenShard.read(file, tokenizer.vocabSize(), decoded::add);
            read += StoredBytes.size(file);
            progress.read(read, size);
        }
        decoded.end();
    }

    /** What was noticed. */
    public TextCounts counts() {
        return counts;
    }

    /** Bytes of the text in UTF-8. */
    public long bytes() {
        return bytes;
    }

    /** How often each character stands in it. */
    public CharacterCounts characters() {
        return characters;
    }

    /** Its documents. */
    public Kind documents() {
        return documents;
    }

    /** Its lines that are not empty. */
    public Kind lines() {
        return lines;
    }

    /** Documents or lines: how many, how long, and how many are copies. */
    public static final class Kind {
        private final long[] lengths = new long[LENGTHS];
        private final LongSet remembered = new LongSet(MOST_REMEMBERED);
        private long count;
        private long copies;
        private long longest;
        private long hash;
        private long length;

        private Kind() {}

        /** How many there are. */
        public long count() {
            return count;
        }

        /** How many are, byte for byte, like one before them; of more than a million different, those of the first. */
        public long copies() {
            return copies;
        }

        /** Bytes of the longest. */
        public long longest() {
            return longest;
        }

        /** How many have at least 2ⁱ bytes and less than 2ⁱ⁺¹, at index i. */
        public long[] lengths() {
            return lengths.clone();
        }

        private void grow(Piece piece) {
            hash = hash * power(piece.length) + piece.hash;
            length += piece.length;
        }

        private void end() {
            if (length > 0) {
                count++;
                longest = Math.max(longest, length);
                lengths[Long.SIZE - 1 - Long.numberOfLeadingZeros(length)]++;
                copies += remembered.add(hash * HASH_BASE ^ length) ? 0 : 1;
            }
            hash = 0;
            length = 0;
        }

        /** The hash of a text is a polynomial of its bytes, so that those of its pieces give that of the whole. */
        private static long power(long exponent) {
            long result = 1;
            long factor = HASH_BASE;
            for (long left = exponent; left > 0; left >>= 1) {
                result *= (left & 1) == 0 ? 1 : factor;
                factor *= factor;
            }
            return result;
        }
    }

    private record Piece(long hash, long length, boolean ends) {}

    /** A block's part, which a thread makes by itself. */
    private static final class Part {
        private final CharacterCounts characters = new CharacterCounts();
        private final Piece[] documents;
        private Piece[] lines = new Piece[64];
        private int lineCount;

        Part(TextBlock block) {
            byte[] text = block.text();
            characters.add(text);
            int[] ends = block.documentEnds();
            documents = new Piece[ends.length + 1];
            int start = 0;
            for (int i = 0; i < ends.length; i++) {
                documents[i] = piece(text, start, ends[i], true);
                linesOf(text, start, ends[i], true);
                start = ends[i];
            }
            documents[ends.length] = piece(text, start, text.length, false);
            linesOf(text, start, text.length, false);
        }

        private void linesOf(byte[] text, int from, int to, boolean ended) {
            int start = from;
            for (int at = from; at < to; at++) {
                if (text[at] == '\n') {
                    addLine(piece(text, start, at, true));
                    start = at + 1;
                }
            }
            if (start < to || ended) {
                addLine(piece(text, start, to, ended));
            }
        }

        private void addLine(Piece line) {
            if (lineCount == lines.length) {
                lines = Arrays.copyOf(lines, 2 * lineCount);
            }
            lines[lineCount++] = line;
        }

        private static Piece piece(byte[] text, int from, int to, boolean ends) {
            long hash = 0;
            for (int at = from; at < to; at++) {
                hash = hash * HASH_BASE + text[at] + 0x81;
            }
            return new Piece(hash, to - from, ends);
        }
    }

    private void add(TextBlock block, Part part) {
        characters.add(part.characters);
        add(documents, part.documents, part.documents.length);
        add(lines, part.lines, part.lineCount);
        bytes += block.text().length;
        counts = counts.plus(block.counts());
    }

    private static void add(Kind kind, Piece[] pieces, int count) {
        for (int i = 0; i < count; i++) {
            kind.grow(pieces[i]);
            if (pieces[i].ends) {
                kind.end();
            }
        }
    }
}
