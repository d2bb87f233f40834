package org.randygpt.core.data;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.randygpt.core.text.Tokenizer;

/** The text that tokens stand for, block by block. */
final class DecodedTokens {
    private static final int MOST_BEGUN = 3;

    private final Tokenizer tokenizer;
    private final DataFile file;
    private final Consumer<TextBlock> then;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final List<Integer> ends = new ArrayList<>();
    private long replaced;
    private boolean isOpen;
    /** Bytes of a character whose last ones are still to come. */
    private byte[] begun = {};

    private int index;

    /**
     * Nothing yet.
     *
     * @param file that the blocks are said to be of
     * @param then takes the blocks
     */
    DecodedTokens(Tokenizer tokenizer, DataFile file, Consumer<TextBlock> then) {
        this.tokenizer = tokenizer;
        this.file = file;
        this.then = then;
    }

    /** The text of the next tokens makes a block, but for a character that has only begun. */
    void add(int[] tokens) {
        int from = 0;
        for (int at = 0; at < tokens.length; at++) {
            if (tokens[at] == tokenizer.eos() || tokens[at] == tokenizer.bos()) {
                append(Arrays.copyOfRange(tokens, from, at));
                endDocument();
                from = at + 1;
            }
        }
        append(Arrays.copyOfRange(tokens, from, tokens.length));
        give();
    }

    /** Ends the last document. */
    void end() {
        endDocument();
        give();
    }

    private void append(int[] tokens) {
        byte[] decoded = tokenizer.decodeBytes(tokens);
        byte[] bytes = Arrays.copyOf(begun, begun.length + decoded.length);
        System.arraycopy(decoded, 0, bytes, begun.length, decoded.length);
        int whole = bytes.length - begun(bytes);
        begun = Arrays.copyOfRange(bytes, whole, bytes.length);
        appendValid(Arrays.copyOf(bytes, whole));
    }

    /** How many bytes at the end begin a character of which others are missing. */
    private static int begun(byte[] bytes) {
        for (int back = 1; back <= Math.min(MOST_BEGUN, bytes.length); back++) {
            int first = bytes[bytes.length - back] & 0xFF;
            if (first >= 0xC0) {
                int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
                return length > back ? back : 0;
            }
        }
        return 0;
    }

    private void appendValid(byte[] bytes) {
        Utf8.Replaced valid = Utf8.replace(bytes);
        replaced += valid.count();
        text.writeBytes(valid.text());
        isOpen |= valid.text().length > 0;
    }

    private void endDocument() {
        appendValid(begun);
        begun = new byte[0];
        if (isOpen) {
            ends.add(text.size());
            isOpen = false;
        }
    }

    private void give() {
        byte[] bytes = text.toByteArray();
        int[] documentEnds = ends.stream().mapToInt(Integer::intValue).toArray();
        TextCounts counts = TextCounts.of(bytes, documentEnds, replaced, 0);
        then.accept(new TextBlock(file, index++, bytes, documentEnds, counts));
        text.reset();
        ends.clear();
        replaced = 0;
    }
}
