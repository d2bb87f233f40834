package org.randygpt.core.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.randygpt.core.checkpoint.Disk;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.SealedFolder;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/**
 * Where the tokens of texts are kept once they have been made. An entry is a folder whose name is a function of all
 * that its tokens depend on: the bytes of the text, how they are read, and the tokenizer. In it, {@code tokens.bin} is
 * what nanoGPT reads: tokens of 16 bits (or 32, of more than 65,536), and nothing else.
 *
 * @param folder made when it is needed
 * @param mostInMemory as many tokens as this, or fewer, are made anew each time and not kept
 * @param notes what there is to say about the entries
 */
public record TokenCache(Path folder, long mostInMemory, Consumer<String> notes) {
    /** So many tokens are made in a moment. */
    public static final long FEW = 1 << 24;

    private static final String TOKENS = "tokens.bin";
    private static final String ABOUT = "about.json";
    /** The lock of a file keeps out other processes only. */
    private static final Object ONE_OF_THIS_PROCESS = new Object();

    private static final int BUFFER_BYTES = 1 << 20;
    /** A stored byte is seldom more than a token; what is compressed can be. */
    private static final long SURELY_MANY = 1L << 28;

    /** There are more tokens than are kept in memory. */
    private static final class ManyException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Bytes of so many tokens of a vocabulary of a size. */
    public static long bytes(long tokens, int vocabSize) {
        return tokens * TokenStore.bytesPerToken(vocabSize);
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
        Files.createDirectories(folder);
        String name = encoding.key();
        synchronized (ONE_OF_THIS_PROCESS) {
            return locked(encoding, name);
        }
    }

    private TokenStore locked(TokenEncoding encoding, String name) throws IOException {
        try (FileChannel lock = FileChannel.open(
                        folder.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            return kept(encoding, folder.resolve(name));
        }
    }

    private TokenStore kept(TokenEncoding encoding, Path entry) throws IOException {
        Disk disk = Disk.ofThisMachine();
        if (Files.isDirectory(entry)) {
            try {
                verify(entry, encoding.progress());
                return open(entry, encoding.bytesPerToken());
            } catch (IOException damaged) {
                notes.accept("%s; the tokens are made again".formatted(damaged.getMessage()));
                SealedFolder.delete(disk, entry);
            }
        }
        SealedFolder.deleteStrays(
                disk, folder, Pattern.compile(entry.getFileName().toString()));
        SequencedMap<String, FileContent> files = new LinkedHashMap<>();
        files.put(TOKENS, file -> write(encoding, file));
        // It is known only after the tokens are written.
        files.put(ABOUT, file -> JsonObject.content(about(encoding)).writeTo(file));
        SealedFolder.write(disk, entry, files);
        TokenStore store = open(entry, encoding.bytesPerToken());
        notes.accept("%,d tokens are kept in %s".formatted(store.size(), entry));
        return store;
    }

    private static void verify(Path entry, ReadingProgress progress) throws IOException {
        Path tokens = entry.resolve(TOKENS);
        long of = Files.exists(tokens) ? Files.size(tokens) : 0;
        long[] read = {0};
        SealedFolder.verify(entry, count -> {
            read[0] += count;
            progress.read(Math.min(read[0], of), of);
        });
    }

    private static TokenStore inMemory(TokenEncoding encoding, long most) throws IOException {
        int bytesPerToken = encoding.bytesPerToken();
        List<byte[]> parts = new ArrayList<>();
        long[] size = {0};
        encoding.run(tokens -> {
            size[0] += tokens.length;
            if (size[0] > most) {
                throw new ManyException();
            }
            byte[] part = new byte[tokens.length * bytesPerToken];
            put(tokens, 0, tokens.length, ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN), bytesPerToken);
            parts.add(part);
        });
        ByteBuffer all = ByteBuffer.allocate((int) size[0] * bytesPerToken);
        parts.forEach(all::put);
        return new TokenStore(
                MemorySegment.ofArray(all.array()), bytesPerToken, encoding.documents(), encoding.counts());
    }

    private static void write(TokenEncoding encoding, Disk.NewFile file) throws IOException {
        int bytesPerToken = encoding.bytesPerToken();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        encoding.run(tokens -> {
            int at = 0;
            while (at < tokens.length) {
                int count = Math.min(tokens.length - at, buffer.remaining() / bytesPerToken);
                put(tokens, at, at + count, buffer, bytesPerToken);
                at += count;
                if (!buffer.hasRemaining()) {
                    file.write(buffer.flip());
                    buffer.clear();
                }
            }
        });
        file.write(buffer.flip());
    }

    private static void put(int[] tokens, int from, int to, ByteBuffer buffer, int bytesPerToken) {
        for (int i = from; i < to; i++) {
            if (bytesPerToken == Short.BYTES) {
                buffer.putShort((short) tokens[i]);
            } else {
                buffer.putInt(tokens[i]);
            }
        }
    }

    private static SequencedMap<String, Object> about(TokenEncoding encoding) {
        SequencedMap<String, Object> about = new LinkedHashMap<>();
        about.put("files", encoding.files().stream().map(DataFile::name).toList());
        about.put("bytes_per_token", encoding.bytesPerToken());
        about.put("documents", encoding.documents());
        about.put("counts", toJson(encoding.counts()));
        return about;
    }

    private static TokenStore open(Path entry, int bytesPerToken) throws IOException {
        JsonObject about = JsonObject.read(entry.resolve(ABOUT));
        try (FileChannel channel = FileChannel.open(entry.resolve(TOKENS))) {
            MemorySegment tokens = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new TokenStore(
                    tokens, bytesPerToken, about.longInteger("documents"), counts(about.object("counts")));
        }
    }

    private static SequencedMap<String, Object> toJson(TextCounts counts) {
        SequencedMap<String, Object> json = new LinkedHashMap<>();
        json.put("characters", counts.characters());
        json.put("lines", counts.lines());
        json.put("nul", counts.nul());
        json.put("control", counts.control());
        json.put("replaced", counts.replaced());
        json.put("byte_order_marks", counts.byteOrderMarks());
        json.put("markers", counts.markers());
        return json;
    }

    private static TextCounts counts(JsonObject json) throws IOException {
        return new TextCounts(
                json.longInteger("characters"),
                json.longInteger("lines"),
                json.longInteger("nul"),
                json.longInteger("control"),
                json.longInteger("replaced"),
                json.longInteger("byte_order_marks"),
                json.longInteger("markers"));
    }
}
