package org.randygpt.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.randygpt.core.data.DataFile;
import org.randygpt.core.data.DataFile.Format;

/**
 * Copies what can be read only once, so that it can be read several times. The copies go with this process.
 *
 * @param folder where they lie
 * @param free bytes that are free there, of which a copy may take half
 */
record PipeCopy(Path folder, long free) {
    private static final int AT_ONCE = 1 << 16;

    /** In the system's folder for temporary files. */
    static PipeCopy inTemporaryFolder() throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return new PipeCopy(folder, Files.getFileStore(folder).getUsableSpace());
    }

    /**
     * Reads a stream to its end.
     *
     * @param name of it, for messages; its ending says what it holds
     * @throws BadInputException when it is longer than half of what is free; nothing is left then
     */
    DataFile of(String name, InputStream in) throws IOException {
        Path copy = Files.createTempFile(folder, "randygpt-", ".txt");
        copy.toFile().deleteOnExit();
        try {
            write(name, in, copy);
        } catch (IOException | RuntimeException problem) {
            Files.deleteIfExists(copy);
            throw problem;
        }
        return new DataFile(name, Format.of(name), DataFile.of(copy, name).content());
    }

    private void write(String name, InputStream in, Path copy) throws IOException {
        long most = free / 2;
        long length = 0;
        byte[] buffer = new byte[AT_ONCE];
        try (OutputStream out = Files.newOutputStream(copy)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                length += count;
                if (length > most) {
                    throw new BadInputException(
                            "%s is longer than %s, half of what is free in %s, where it has to be copied; put it into a file"
                                    .formatted(name, Formats.bytes(most), folder));
                }
                out.write(buffer, 0, count);
            }
        }
    }

    /** Whether a text begins as a record does, which only the name of a file says that it is. */
    static boolean looksLikeRecords(DataFile text) throws IOException {
        try (InputStream in = text.content().open()) {
            String first = new String(in.readNBytes(AT_ONCE), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .findFirst()
                    .orElse("");
            return text.format() == Format.TEXT && first.startsWith("{") && first.contains("\"text\"");
        }
    }
}
