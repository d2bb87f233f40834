package org.randygpt.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.text.PreTokenization;

/** A file's text, cut into blocks that do not depend on how it arrives. */
final class RawBlocks implements Closeable {
    /** What has to be known behind a cut: whether a character is visible. */
    private static final int LOOK_AHEAD = 4;

    private final DataFile file;
    private final TextSettings settings;
    private final BlockSizes sizes;
    private final TextBytes in;
    private byte[] buffer;
    private int filled;
    private boolean isEnd;

    private int index;
    private long start;
    private boolean startsLine = true;
    private boolean documentOpen;
    private long replaced;

    /** Those of a file of text or of records. */
    RawBlocks(DataFile file, TextSettings settings, BlockSizes sizes) throws IOException {
        this.file = file;
        this.settings = settings;
        this.sizes = sizes;
        in = new TextBytes(file, settings);
        buffer = new byte[sizes.usual() + LOOK_AHEAD];
    }

    /** The next block, or null at the end. */
    @Nullable
    RawBlock next() throws IOException {
        fill(sizes.usual() + LOOK_AHEAD);
        if (filled == 0) {
            return null;
        }
        int cut = isEnd && filled < sizes.usual() + LOOK_AHEAD ? filled : cut();
        byte[] bytes = Arrays.copyOf(buffer, cut);
        int room = Math.max(filled - cut, sizes.usual() + LOOK_AHEAD);
        buffer = Arrays.copyOfRange(buffer, cut, cut + room);
        filled -= cut;
        RawBlock block = new RawBlock(
                file,
                index,
                start,
                bytes,
                startsLine,
                documentOpen,
                isEnd && filled == 0,
                index == 0 && in.skipped() > 0 ? 1 : 0,
                in.replaced() - replaced);
        documentOpen = !EndOfText.endsText(bytes, startsLine, settings.newlines());
        startsLine = EndOfText.startsLine(bytes, cut, startsLine, settings.newlines());
        replaced = in.replaced();
        index++;
        start += cut;
        return block;
    }

    /** The record that is being read, if it is a long one. */
    @Nullable
    LongRecord longRecord() {
        boolean isLong = file.format() == DataFile.Format.JSON_LINES && buffer.length > sizes.usual() + LOOK_AHEAD;
        return isLong ? new LongRecord(file, start) : null;
    }

    /** How many bytes of the file have been read, as they are stored. */
    long stored() {
        return in.stored();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private int cut() throws IOException {
        return file.format() == DataFile.Format.JSON_LINES ? cutBetweenRecords() : cutBetweenPieces();
    }

    private int cutBetweenRecords() throws IOException {
        for (int at = sizes.usual(); at > 0; at--) {
            if (buffer[at - 1] == '\n') {
                return at;
            }
        }
        for (int at = sizes.usual() + 1; at <= sizes.record(); at++) {
            if (!reach(at, sizes.record())) {
                return filled;
            }
            if (buffer[at - 1] == '\n') {
                return at;
            }
        }
        throw new IOException("%s: line %d has more than %d bytes; that is too long for a record"
                .formatted(file.name(), TextPlace.find(file, settings, start).line(), sizes.record()));
    }

    private int cutBetweenPieces() throws IOException {
        int usual = sizes.usual();
        for (int at = usual; at > usual / 2; at--) {
            if (buffer[at - 1] == '\n' && PreTokenization.surelyCuts(buffer, at)) {
                return at;
            }
        }
        for (int at = usual; at > 0; at--) {
            if (PreTokenization.surelyCuts(buffer, at)) {
                return at;
            }
        }
        for (int at = usual + 1; at <= sizes.longest(); at++) {
            if (!reach(at + LOOK_AHEAD, sizes.longest() + LOOK_AHEAD)) {
                return filled;
            }
            if (PreTokenization.surelyCuts(buffer, at)) {
                return at;
            }
        }
        return cutBetweenCharacters(sizes.longest());
    }

    /** The last place before another one that cuts no character, no newline and no marker. */
    private int cutBetweenCharacters(int most) {
        int at = most;
        while (at > most - LOOK_AHEAD && Utf8.isContinuation(buffer[at])) {
            at--;
        }
        // Four of them are more than follow any first byte.
        at = at > most - LOOK_AHEAD ? at : most;
        if (buffer[at - 1] == '\r' && buffer[at] == '\n') {
            at--;
        }
        return at - EndOfText.begunBefore(buffer, at);
    }

    /** Whether so many bytes are there, after reading on where they are not; not beyond a limit. */
    private boolean reach(int length, int limit) throws IOException {
        if (length > filled) {
            fill((int) Math.min(limit, 2L * filled));
        }
        return length <= filled;
    }

    private void fill(int length) throws IOException {
        if (length > filled && !isEnd) {
            buffer = length > buffer.length ? Arrays.copyOf(buffer, length) : buffer;
            filled += in.read(buffer, filled, length - filled);
            isEnd = filled < length;
        }
    }
}
