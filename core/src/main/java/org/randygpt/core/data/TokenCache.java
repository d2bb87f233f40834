package org.randygpt.core.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.randygpt.core.checkpoint.Disk;

/**
 * Where the tokens of texts are kept once they have been made. An entry is a folder whose name is a function of all
 * that its tokens depend on: the bytes of the text, how they are read, and the tokenizer. In it, {@code tokens.bin} is
 * what nanoGPT reads: tokens of 16 bits (or 32, of more than 65,536), and nothing else.
 */
public final class TokenCache {
    /** So many tokens are made in a moment. */
    public static final long FEW = 1 << 24;

    /** So long unused, an entry of a folder that nobody has chosen is deleted when there is a new one. */
    private static final Duration UNUSED = Duration.ofDays(30);

    private static final Duration FOR_EVER = Duration.ofDays(1_000_000);

    /** The lock of a file keeps out other processes only. */
    private static final Object ONE_OF_THIS_PROCESS = new Object();

    /** A stored byte is seldom more than a token; what is compressed can be. */
    private static final long SURELY_MANY = 1L << 28;

    private final CacheFolder entries;
    private final long mostInMemory;
    private final Optional<Path> elsewhere;

    /** There are more tokens than are kept in memory. */
    private static final class ManyException extends IOException {
        private static final long serialVersionUID = 1;
    }

    private TokenCache(CacheFolder entries, long mostInMemory, Optional<Path> elsewhere) {
        this.entries = entries;
        this.mostInMemory = mostInMemory;
        this.elsewhere = elsewhere;
    }

    /**
     * A folder that somebody has chosen: all tokens are kept there, and no entry is ever deleted.
     *
     * @param folder made when it is needed
     * @param notes what there is to say about the entries
     */
    public static TokenCache in(Path folder, Consumer<String> notes) {
        return new TokenCache(new CacheFolder(Disk.ofThisMachine(), folder, FOR_EVER, notes), 0, Optional.empty());
    }

    /**
     * A folder that nobody has chosen. Where it cannot be written to, tokens go to a file of the system's temporary
     * folder that ends with this process.
     *
     * @param folder made when it is needed
     * @param notes what there is to say about the entries
     */
    public static TokenCache usual(Path folder, Consumer<String> notes) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        return usual(Disk.ofThisMachine(), folder, FEW, temporary, notes);
    }

    /**
     * As {@link #usual(Path, Consumer)}.
     *
     * @param mostInMemory as many tokens as this, or fewer, are made anew each time and not kept
     * @param temporary where tokens go that cannot be kept
     */
    static TokenCache usual(Disk disk, Path folder, long mostInMemory, Path temporary, Consumer<String> notes) {
        return new TokenCache(new CacheFolder(disk, folder, UNUSED, notes), mostInMemory, Optional.of(temporary));
    }

    /** Bytes of so many tokens of a vocabulary of a size. */
    public static long bytes(long tokens, int vocabSize) {
        return tokens * TokenStore.bytesPerToken(vocabSize);
    }

    /** A file of tokens that this process reads and that somebody has cut off, if Java says that there is one. */
    public static Optional<Path> cutOff() {
        return TokenFile.shortened();
    }

    /**
     * The tokens of some files: those that are kept, if they are whole, or else made now.
     *
     * @throws IOException that names what cannot be read, has no token or cannot be written; then nothing is left of it
     */
    public TokenStore tokens(TokenEncoding encoding) throws IOException {
        if (mostInMemory > 0 && Corpus.storedBytes(encoding.files()) <= SURELY_MANY) {
            try {
                return inMemory(encoding, mostInMemory);
            } catch (ManyException many) {
                // They are kept.
            }
        }
        String name = encoding.key();
        synchronized (ONE_OF_THIS_PROCESS) {
            try {
                return entries.tokens(encoding, name);
            } catch (NotKeptException problem) {
                if (elsewhere.isEmpty()) {
                    throw new IOException(
                            "the tokens cannot be kept in %s: %s; make room there, or name a folder for them with --cache"
                                    .formatted(entries.folder(), problem.getMessage()),
                            problem);
                }
                return temporary(encoding, elsewhere.get(), problem);
            }
        }
    }

    private TokenStore temporary(TokenEncoding encoding, Path folder, NotKeptException problem) throws IOException {
        entries.notes()
                .accept(
                        "the tokens cannot be kept in %s: %s; they go to a temporary file in %s, and the next time they are made again; --cache DIR keeps them elsewhere"
                                .formatted(entries.folder(), problem.getMessage(), folder));
        try {
            return inTemporaryFile(encoding, folder);
        } catch (NotKeptException neither) {
            throw new IOException(
                    "the tokens can be kept neither in %s: %s; nor in %s: %s; make room, or name a folder for them with --cache DIR"
                            .formatted(entries.folder(), problem.getMessage(), folder, neither.getMessage()),
                    neither);
        }
    }

    private TokenStore inTemporaryFile(TokenEncoding encoding, Path folder) throws IOException {
        Path file = folder.resolve("randygpt-%s.tokens".formatted(UUID.randomUUID()));
        file.toFile().deleteOnExit();
        try {
            try (Disk.NewFile opened = create(file)) {
                TokenFile.write(encoding, opened);
            }
            return new TokenStore(
                    TokenFile.map(file), encoding.bytesPerToken(), encoding.documents(), encoding.counts());
        } finally {
            deleteName(file);
        }
    }

    private Disk.NewFile create(Path file) throws NotKeptException {
        try {
            return entries.disk().create(file);
        } catch (IOException problem) {
            throw new NotKeptException(problem);
        }
    }

    /** What is mapped stays without a name. */
    private static void deleteName(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException mapped) {
            // Windows keeps it until the process ends.
        }
    }

    private static TokenStore inMemory(TokenEncoding encoding, long most) throws IOException {
        int bytesPerToken = encoding.bytesPerToken();
        List<byte[]> parts = new ArrayList<>();
        long[] size = {0};
        encoding.runForTraining(tokens -> {
            size[0] += tokens.length;
            if (size[0] > most) {
                throw new ManyException();
            }
            byte[] part = new byte[tokens.length * bytesPerToken];
            TokenFile.put(
                    tokens, 0, tokens.length, ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN), bytesPerToken);
            parts.add(part);
        });
        ByteBuffer all = ByteBuffer.allocate((int) size[0] * bytesPerToken);
        parts.forEach(all::put);
        return new TokenStore(
                MemorySegment.ofArray(all.array()), bytesPerToken, encoding.documents(), encoding.counts());
    }
}
