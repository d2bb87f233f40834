package org.randygpt.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What gzip has compressed: all members of a file (RFC 1952). The JDK's stream takes some files that are cut off or
 * followed by something else as ending before that.
 */
final class GzipBytes extends InputStream {
    private static final int FIRST = 0x1F;
    private static final int SECOND = 0x8B;
    private static final int DEFLATE = 8;
    private static final int REST_OF_HEADER = 6;

    private static final int CHECKSUM_FLAG = 2;
    private static final int EXTRA_FLAG = 4;
    private static final int NAME_FLAG = 8;
    private static final int COMMENT_FLAG = 16;

    private final String name;
    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private long passed;
    private int at;
    private int limit;
    private boolean inMember;
    private boolean isFirst = true;

    /** Those of a stream that begins with a member. */
    GzipBytes(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /** Whether bytes begin as those of gzip do. */
    static boolean isGzip(byte[] first) {
        return first.length >= 2 && first[0] == FIRST && first[1] == (byte) SECOND;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (inMember || beginMember()) {
            int count = inflate(into, from, length);
            if (count > 0) {
                checksum.update(into, from, count);
                return count;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw corrupt("it asks for a dictionary");
            } else if (!fill()) {
                throw truncated();
            } else {
                give();
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }

    private int inflate(byte[] into, int from, int length) throws IOException {
        try {
            return inflater.inflate(into, from, length);
        } catch (DataFormatException malformed) {
            throw corrupt(String.valueOf(malformed.getMessage()));
        }
    }

    private boolean beginMember() throws IOException {
        int first = next();
        // Tapes and some programs fill up with zeros.
        while (!isFirst && first == 0) {
            first = next();
        }
        if (first < 0) {
            return false;
        }
        if (first != FIRST || required() != SECOND) {
            throw corrupt("something else follows");
        }
        isFirst = false;
        readHeader();
        inflater.reset();
        checksum.reset();
        give();
        inMember = true;
        return true;
    }

    private void readHeader() throws IOException {
        int method = required();
        if (method != DEFLATE) {
            throw corrupt("compression method %d is not known".formatted(method));
        }
        int flags = required();
        skip(REST_OF_HEADER);
        if ((flags & EXTRA_FLAG) != 0) {
            skip(required() | required() << Byte.SIZE);
        }
        for (int flag : new int[] {NAME_FLAG, COMMENT_FLAG}) {
            if ((flags & flag) != 0) {
                skipText();
            }
        }
        if ((flags & CHECKSUM_FLAG) != 0) {
            skip(2);
        }
    }

    private void endMember() throws IOException {
        at = limit - inflater.getRemaining();
        long expected = fourBytes();
        long length = fourBytes();
        if (expected != checksum.getValue() || length != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw corrupt("checksum or length are not those of what was read");
        }
        inMember = false;
    }

    /** Gives the inflater what is in the buffer; how much it used is known when it has finished. */
    private void give() {
        inflater.setInput(buffer, at, limit - at);
        at = limit;
    }

    private boolean fill() throws IOException {
        passed += limit;
        at = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    private int next() throws IOException {
        return at < limit || fill() ? buffer[at++] & 0xFF : -1;
    }

    private int required() throws IOException {
        int next = next();
        if (next < 0) {
            throw truncated();
        }
        return next;
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            required();
        }
    }

    private void skipText() throws IOException {
        while (required() != 0) {
            // its end is a zero
        }
    }

    private long fourBytes() throws IOException {
        long value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value |= (long) required() << i * Byte.SIZE;
        }
        return value;
    }

    private IOException truncated() {
        return new IOException(
                "%s: the gzip file ends in the middle, after %d bytes; it is cut off".formatted(name, passed + limit));
    }

    private IOException corrupt(String reason) {
        long place = passed + (inMember ? limit - inflater.getRemaining() : at);
        return new IOException("%s: the gzip file is corrupt at byte %d or before: %s".formatted(name, place, reason));
    }
}
