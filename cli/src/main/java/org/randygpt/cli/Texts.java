package org.randygpt.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The texts that {@code --data} can mean. */
final class Texts {
    /** The text that comes with the program. */
    static final String BUNDLED = "shakespeare-plays";
    /** The text that is fetched when it is asked for. */
    static final String FETCHED = "shakespeare";

    /**
     * Bytes of heap for each byte of a text while it becomes tokens: the text, and its tokens before and after a split.
     */
    private static final int HEAP_PER_BYTE = 10;

    private final Path folder;
    private final CachedDownload tinyShakespeare;

    private Texts(Path folder, CachedDownload tinyShakespeare) {
        this.folder = folder;
        this.tinyShakespeare = tinyShakespeare;
    }

    /** The texts that a command can reach. */
    static Texts of(Environment environment) {
        return new Texts(environment.folder(), environment.tinyShakespeare());
    }

    /**
     * Reads a text.
     *
     * @throws BadInputException saying why it cannot be trained on
     */
    SourceText read(String data) {
        try {
            if (data.equals(BUNDLED)) {
                return text(data, data, bundled());
            }
            if (data.equals(FETCHED)) {
                return text(data, data, tinyShakespeare.bytes());
            }
            Path file = folder.resolve(data);
            return text(file.toAbsolutePath().normalize().toString(), file.toString(), bytes(file));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private static SourceText text(String name, String shownName, byte[] bytes) {
        String content = Utf8.decode(shownName, bytes);
        if (content.isEmpty()) {
            throw new BadInputException("%s is empty; there is nothing to learn from".formatted(shownName));
        }
        return new SourceText(name, content, sha256(bytes));
    }

    private static byte[] bundled() throws IOException {
        try (@Nullable InputStream resource = Texts.class.getResourceAsStream(BUNDLED + ".txt")) {
            if (resource == null) {
                throw new IOException("the text %s is missing from this build".formatted(BUNDLED));
            }
            return resource.readAllBytes();
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadInputException("%s is a folder; --data takes one text file".formatted(file));
        }
        if (Files.notExists(file)) {
            throw new BadInputException(
                    "%s: there is no such file; --data takes a text file, %s or %s".formatted(file, BUNDLED, FETCHED));
        }
        // What is no ordinary file, such as a pipe, has no size before it is read.
        int most = (int) Math.min(Integer.MAX_VALUE - 64, Runtime.getRuntime().maxMemory() / HEAP_PER_BYTE);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = Files.size(file) > most ? new byte[0] : in.readNBytes(most);
            if (Files.size(file) > most || in.read() >= 0) {
                throw new BadInputException(
                        "%s is longer than %s, the most that fits the %s of memory; use a part of it, or set RANDYGPT_JAVA_OPTS=-Xmx... to more"
                                .formatted(
                                        file,
                                        Formats.bytes(most),
                                        Formats.bytes(Runtime.getRuntime().maxMemory())));
            }
            return bytes;
        }
    }

    /** SHA-256 in hexadecimal. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
