package org.randygpt.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.randygpt.core.data.TextSettings.OnInvalid;

/** Text of another encoding as UTF-8. */
final class RecodedBytes extends InputStream {
    private static final int BUFFER = 1 << 16;

    private final DataFile file;
    private final InputStream in;
    private final TextSettings settings;
    private final CharsetDecoder decoder;
    private final ByteBuffer stored = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer decoded = CharBuffer.allocate(BUFFER);
    private final TextPlace place;
    private byte[] text = {};
    private int at;
    private long passed;
    private long replaced;
    private boolean isEnd;
    private boolean isFlushed;

    /** That of a stream which has a byte-order mark behind it. */
    RecodedBytes(DataFile file, InputStream in, TextSettings settings, ByteOrderMark mark) {
        this.file = file;
        this.in = in;
        this.settings = settings;
        decoder = mark.encoding()
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        place = TextPlace.beginning(file, settings);
        passed = mark.bytes().length;
    }

    /** How many U+FFFD have been put for what was no character. */
    long replaced() {
        return replaced;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        while (at == text.length) {
            if (isFlushed) {
                return -1;
            }
            decode();
        }
        int count = Math.min(length, text.length - at);
        System.arraycopy(text, at, into, from, count);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Decodes what there is up to the next problem, or deals with that. */
    private void decode() throws IOException {
        decoded.clear();
        CoderResult result = decoder.decode(stored, decoded, isEnd);
        if (decoded.position() == 0) {
            if (result.isError()) {
                replace(result.length());
            } else if (!isEnd) {
                fill();
            } else {
                decoder.flush(decoded);
                isFlushed = true;
            }
        }
        text = decoded.flip().toString().getBytes(StandardCharsets.UTF_8);
        at = 0;
        place.pass(text, 0, text.length);
    }

    private void replace(int length) throws IOException {
        if (settings.onInvalid() == OnInvalid.ERROR) {
            throw new IOException("%s: line %d, byte %d (0x%02X) is not %s; give the right --encoding, or --on-invalid"
                            .formatted(
                                    file.name(),
                                    place.line(),
                                    passed + stored.position(),
                                    stored.get(stored.position()),
                                    settings.encoding().name())
                    + " replace");
        }
        stored.position(stored.position() + length);
        replaced++;
        decoded.put('\uFFFD');
    }

    private void fill() throws IOException {
        passed += stored.position();
        stored.compact();
        int count = in.read(stored.array(), stored.position(), stored.remaining());
        isEnd = count < 0;
        stored.position(stored.position() + Math.max(0, count)).flip();
    }
}
