package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The text of tokens that come one after the other. Bytes of a character that is not complete wait for the next token;
 * U+FFFD stands for what does not become one.
 */
public final class TextStream {
    private static final int LONGEST_CHARACTER = 4;

    private final Tokenizer tokenizer;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] waiting = {};

    /** A stream of no tokens yet. */
    public TextStream(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** What can be written after some more tokens. */
    public String append(int... tokens) {
        return decode(tokenizer.decodeBytes(tokens), false);
    }

    /** What is left at the end; the stream begins anew. */
    public String end() {
        String rest = decode(new byte[0], true);
        decoder.reset();
        return rest;
    }

    private String decode(byte[] added, boolean isEnd) {
        ByteBuffer in = ByteBuffer.allocate(waiting.length + added.length)
                .put(waiting)
                .put(added)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
        decoder.decode(in, out, isEnd);
        if (isEnd) {
            decoder.flush(out);
        }
        waiting = new byte[in.remaining()];
        in.get(waiting);
        return out.flip().toString();
    }
}
