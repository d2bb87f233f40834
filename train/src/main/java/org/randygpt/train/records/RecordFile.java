package org.randygpt.train.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;

/**
 * A file of records, written from time to time. What could not be written waits, as long as it is not too much: then
 * the file ends there, since it had better end than have a gap.
 */
final class RecordFile {
    private static final int MOST_WAITING = 1 << 24;

    private final Path path;
    private final RecordFormat format;
    private final RunHeader header;
    private byte[] waiting = new byte[1 << 12];
    private int count;
    private long written;
    private boolean ended;
    private @Nullable FileChannel channel;

    RecordFile(Path path, RecordFormat format, RunHeader header) {
        this.path = path;
        this.format = format;
        this.header = header;
    }

    /** Opens the file and takes out of it what does not count. */
    void open(Progress progress) throws IOException {
        ended = true; // unless all goes well
        long kept = progress.step() > 0 && Files.isRegularFile(path) ? format.kept(path, progress) : 0;
        channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(kept);
        written = kept;
        ended = false;
        if (kept == 0) {
            add(format.beginning(header));
        }
    }

    /** Takes out what does not count once a run has gone back. */
    void goBackTo(Progress progress) throws IOException {
        boolean before = ended;
        ended = true; // unless all goes well
        flush();
        if (channel != null && !(format instanceof EventFrames)) {
            written = format.kept(path, progress);
            channel.truncate(written);
        }
        ended = before;
    }

    void add(Metric metric) {
        add(format.record(metric));
    }

    private void add(byte[] bytes) {
        ended |= (long) count + bytes.length > MOST_WAITING;
        if (ended) {
            return;
        }
        if (count + bytes.length > waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, count + bytes.length));
        }
        System.arraycopy(bytes, 0, waiting, count, bytes.length);
        count += bytes.length;
    }

    /** Writes what waits; what of it has been written before that failed is written again in the same place. */
    void flush() throws IOException {
        if (channel == null || count == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(waiting, 0, count);
        for (long at = written; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
        written += count;
        count = 0;
    }

    void close() throws IOException {
        try (FileChannel _ = channel) {
            flush();
        }
    }
}
