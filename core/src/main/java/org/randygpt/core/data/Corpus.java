package org.randygpt.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.data.DataFile.Format;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/**
 * Files to train on.
 *
 * @param parts one, or several that windows are taken from by weight
 * @param settings how their bytes become text
 */
public record Corpus(List<Part> parts, TextSettings settings) {
    /** Copies the list. */
    public Corpus {
        parts = List.copyOf(parts);
    }

    /**
     * Files that belong together.
     *
     * @param files in order
     * @param weight of the part, in proportion to the others'
     */
    public record Part(List<DataFile> files, double weight) {
        /** Copies the list. */
        public Part {
            files = List.copyOf(files);
        }
    }

    /** All files, in order. */
    public List<DataFile> files() {
        return parts.stream().flatMap(part -> part.files().stream()).toList();
    }

    /** The files that hold text or records. */
    public List<DataFile> texts() {
        return files().stream().filter(file -> file.format() != Format.TOKENS).toList();
    }

    /** The files that hold tokens already. */
    public List<DataFile> shards() {
        return files().stream().filter(file -> file.format() == Format.TOKENS).toList();
    }

    /** Whether some files hold tokens already, rather than text. */
    public boolean holdsTokens() {
        return !shards().isEmpty();
    }

    /** Bytes of all files as they are stored. */
    public long storedBytes() throws IOException {
        return storedBytes(files());
    }

    static long storedBytes(List<DataFile> files) throws IOException {
        long bytes = 0;
        for (DataFile file : files) {
            bytes += StoredBytes.size(file);
        }
        return bytes;
    }

    /**
     * What tells the content of the files from any other: SHA-256 of each part, from all bytes, which are read.
     *
     * @param progress told how far it is
     */
    public Fingerprint fingerprint(ReadingProgress progress) throws IOException {
        long of = storedBytes();
        long[] read = {0};
        List<String> sums = new ArrayList<>();
        for (Part part : parts) {
            StringBuilder lines = new StringBuilder();
            String last = "";
            for (DataFile file : part.files()) {
                try (InputStream in = file.content().open()) {
                    last = Sha256.of(in, count -> {
                        read[0] += count;
                        progress.read(read[0], of);
                    });
                }
                lines.append(last).append(' ').append(file.format()).append('\n');
            }
            boolean one = part.files().size() == 1 && part.files().getFirst().format() == Format.TEXT;
            // The sum of a single text is one that others' software gives, too.
            sums.add(one ? last : Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8)));
        }
        return new Fingerprint(sums);
    }

    /**
     * Of the content of a corpus.
     *
     * @param parts SHA-256 of each part
     */
    public record Fingerprint(List<String> parts) {}

    /** SHA-256 of all that a run's windows depend on: content and weights. */
    public String sha256(Fingerprint fingerprint) {
        if (parts.size() == 1) {
            return fingerprint.parts().getFirst();
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            lines.append(fingerprint.parts().get(i))
                    .append(' ')
                    .append(parts.get(i).weight())
                    .append('\n');
        }
        return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
