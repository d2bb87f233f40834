package org.randygpt.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads files as documents of clean UTF-8: one thread reads and cuts them into blocks, many make those into text and
 * work on it. What comes of it does not depend on how many.
 */
public final class DocumentReader {
    private final List<DataFile> files;
    private final TextSettings settings;
    private final int threads;
    private final ReadingProgress progress;
    private final BlockSizes sizes;
    private final TextCleaner cleaner;

    /** Told what has been read, by the thread that called {@link DocumentReader#read}. */
    @FunctionalInterface
    public interface ReadingProgress {
        /** So many bytes of all, as they are stored; the last call says that all have been read. */
        void read(long bytes, long of);
    }

    /** What many threads do with a block each. */
    @FunctionalInterface
    public interface Work<T> {
        /** The result for a block. */
        T of(TextBlock block) throws IOException;
    }

    /** What the calling thread does with a block and its result. */
    @FunctionalInterface
    public interface Then<T> {
        /** Takes them, in the order of the files. */
        void accept(TextBlock block, T result) throws IOException;
    }

    /**
     * A reader of files of text and of records, one after the other.
     *
     * @param threads how many work; one more reads
     * @throws IllegalArgumentException when a file holds tokens, or for less than one thread
     */
    public DocumentReader(List<DataFile> files, TextSettings settings, int threads, ReadingProgress progress) {
        this(files, settings, threads, progress, BlockSizes.USUAL);
    }

    DocumentReader(
            List<DataFile> files, TextSettings settings, int threads, ReadingProgress progress, BlockSizes sizes) {
        for (DataFile file : files) {
            if (file.format() == DataFile.Format.TOKENS) {
                throw new IllegalArgumentException("%s holds tokens, not text".formatted(file.name()));
            }
        }
        if (threads < 1) {
            throw new IllegalArgumentException("%d threads; at least one must work".formatted(threads));
        }
        this.files = List.copyOf(files);
        this.settings = settings;
        this.threads = threads;
        this.progress = progress;
        this.sizes = sizes;
        cleaner = new TextCleaner(settings);
    }

    /**
     * Reads all files once. {@code work} gets each block on one of the threads, and {@code then} gets it with the
     * result in the files' order on the calling thread. There are never more than two blocks for each thread.
     *
     * @throws IOException of whatever comes first in the files: a file that cannot be read, bytes that are no text, a
     *     line that is no record, each with the file's name and the place; and what work and then throw
     */
    public <T> void read(Work<T> work, Then<T> then) throws IOException {
        try {
            readAll(work, then);
        } catch (FullException full) {
            // By now all that was read has been let go of.
            throw full.record.needsMore(settings, full.error);
        }
    }

    private <T> void readAll(Work<T> work, Then<T> then) throws IOException {
        long size = Corpus.storedBytes(files);
        try (AllBlocks blocks = new AllBlocks();
                OrderedWork<T> ordered = new OrderedWork<>(cleaner, work, then, threads, sizes)) {
            try {
                while (true) {
                    ordered.makeRoom();
                    RawBlock raw = next(blocks, ordered);
                    if (raw == null) {
                        break;
                    }
                    ordered.submit(raw);
                    progress.read(blocks.stored(), Math.max(blocks.stored(), size));
                }
                ordered.finish();
            } catch (OutOfMemoryError full) {
                LongRecord record = blocks.longRecord();
                record = record == null ? ordered.longRecord() : record;
                if (record == null || String.valueOf(full.getMessage()).contains("native thread")) {
                    throw full;
                }
                throw new FullException(record, full);
            }
            progress.read(blocks.stored(), blocks.stored());
        }
    }

    /** There is not enough memory for a record. */
    private static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient LongRecord record;
        private final OutOfMemoryError error;

        FullException(LongRecord record, OutOfMemoryError error) {
            super(error);
            this.record = record;
            this.error = error;
        }
    }

    /**
     * The place of a byte of a block's text, or of its end, in the file as its user sees it: "FILE, line L, column C",
     * counted from 1, columns in characters; for a record "FILE, line L, character C of its text". Reads the file up to
     * there.
     */
    public String locate(TextBlock block, int offset) throws IOException {
        DataFile file = block.file();
        TextPlace place = TextPlace.beginning(file, settings);
        try (RawBlocks blocks = new RawBlocks(file, settings, sizes)) {
            for (RawBlock raw = blocks.next(); raw != null; raw = blocks.next()) {
                boolean isHere = raw.index() == block.index();
                if (file.format() == DataFile.Format.TEXT) {
                    MarkedDocuments documents = cleaner.documents(raw);
                    byte[] clean = documents.clean();
                    place.pass(clean, 0, isHere ? documents.origin(offset) : clean.length);
                }
                if (isHere) {
                    return file.format() == DataFile.Format.TEXT
                            ? "%s, line %d, column %d".formatted(file.name(), place.line(), place.column())
                            : cleaner.records(raw).locate(offset);
                }
            }
        }
        throw new IOException("%s: changed while it was read".formatted(file.name()));
    }

    /** The next block; what came before a file that cannot be read is finished first, and may fail first. */
    private static @Nullable RawBlock next(AllBlocks blocks, OrderedWork<?> ordered) throws IOException {
        try {
            return blocks.next();
        } catch (IOException problem) {
            ordered.finish();
            throw problem;
        }
    }

    /** The blocks of one file after the other. */
    private final class AllBlocks implements Closeable {
        private final Iterator<DataFile> left = files.iterator();
        private @Nullable RawBlocks current;
        private long before;

        @Nullable
        RawBlock next() throws IOException {
            while (true) {
                if (current == null) {
                    if (!left.hasNext()) {
                        return null;
                    }
                    current = new RawBlocks(left.next(), settings, sizes);
                }
                RawBlock block = current.next();
                if (block != null) {
                    return block;
                }
                before = stored();
                current.close();
                current = null;
            }
        }

        /** The record that is being read, if it is a long one. */
        @Nullable
        LongRecord longRecord() {
            return current == null ? null : current.longRecord();
        }

        /** How many bytes of the files have been read, as they are stored. */
        long stored() {
            return before + (current == null ? 0 : current.stored());
        }

        @Override
        public void close() throws IOException {
            if (current != null) {
                current.close();
            }
        }
    }
}
