package org.randygpt.core.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.randygpt.core.checkpoint.Sha256;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.data.DataFile.Format;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.core.text.UnknownCharacterException;

/**
 * Turns files into tokens, by many threads, in memory that does not depend on how long the files are. What comes of it
 * does not depend on the number of threads.
 */
public final class TokenEncoding {
    private static final String LAYOUT = "randygpt tokens 2";

    private final Corpus.Part part;
    private final TextSettings settings;
    private final String sha256;
    private final Tokenizer tokenizer;
    private final int threads;
    private final ReadingProgress progress;
    private final BlockSizes sizes;
    private long documents;
    private TextCounts counts = TextCounts.NONE;
    /** Whether a document has ended that nothing has followed yet. */
    private boolean ended;

    /**
     * Nothing is read yet.
     *
     * @param sha256 of the content of the files
     */
    public TokenEncoding(
            Corpus.Part part,
            TextSettings settings,
            String sha256,
            Tokenizer tokenizer,
            int threads,
            ReadingProgress progress) {
        this(part, settings, sha256, tokenizer, threads, progress, BlockSizes.USUAL);
    }

    TokenEncoding(
            Corpus.Part part,
            TextSettings settings,
            String sha256,
            Tokenizer tokenizer,
            int threads,
            ReadingProgress progress,
            BlockSizes sizes) {
        this.sizes = sizes;
        this.part = part;
        this.settings = settings;
        this.sha256 = sha256;
        this.tokenizer = tokenizer;
        this.threads = threads;
        this.progress = progress;
    }

    /** Where tokens go. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the next tokens. */
        void write(int[] tokens) throws IOException;
    }

    private record Encoded(int[] tokens, boolean endsDocument) {}

    /** A character of a block that the tokenizer does not know. */
    private static final class UnknownException extends IOException {
        private static final long serialVersionUID = 1;

        private final transient TextBlock block;
        private final int offset;

        UnknownException(TextBlock block, int offset, UnknownCharacterException character) {
            super(character.getMessage(), character);
            this.block = block;
            this.offset = offset;
        }
    }

    /** What tells the tokens from any others: the content, how it is read, and the tokenizer. */
    String key() throws IOException {
        return Sha256.of(String.join("\n", LAYOUT, sha256, settings.toString(), TokenizerFolder.sha256(tokenizer))
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Told how far the reading of files, or of what was made of them, is. */
    ReadingProgress progress() {
        return progress;
    }

    List<DataFile> files() {
        return part.files();
    }

    int bytesPerToken() {
        return TokenStore.bytesPerToken(tokenizer.vocabSize());
    }

    /** How many documents were in the files that have been read. */
    long documents() {
        return documents;
    }

    /** What was noticed in them. */
    TextCounts counts() {
        return counts;
    }

    /**
     * Reads all files: the tokens of their documents, with what stands between two of them.
     *
     * @throws IOException that names the file and the place of what cannot be read or has no token
     */
    public void run(Sink sink) throws IOException {
        documents = 0;
        counts = TextCounts.NONE;
        ended = false;
        if (part.files().getFirst().format() == Format.TOKENS) {
            copyShards(sink);
        } else {
            encodeTexts(sink);
        }
    }

    /** As {@link #run}, after the token that begins a document: windows may begin there. */
    void runForTraining(Sink sink) throws IOException {
        sink.write(new int[] {tokenizer.bos()});
        run(sink);
    }

    private void encodeTexts(Sink sink) throws IOException {
        DocumentReader reader = new DocumentReader(part.files(), settings, threads, progress, sizes);
        try {
            reader.read(this::encode, (block, encoded) -> {
                if (ended && encoded.tokens.length > 0) {
                    sink.write(separator());
                }
                sink.write(encoded.tokens);
                ended = encoded.endsDocument || ended && encoded.tokens.length == 0;
                documents += block.documentEnds().length;
                counts = counts.plus(block.counts());
            });
        } catch (UnknownException unknown) {
            String where = reader.locate(unknown.block, unknown.offset);
            throw new IOException(
                    "%s: %s%s; take them out of the text, or use another tokenizer"
                            .formatted(where, unknown.getMessage(), others(reader)),
                    unknown);
        }
    }

    private Encoded encode(TextBlock block) throws IOException {
        List<int[]> parts = new ArrayList<>();
        int start = 0;
        for (byte[] document : block.documents()) {
            if (!parts.isEmpty()) {
                parts.add(separator());
            }
            try {
                parts.add(tokenizer.encode(document));
            } catch (UnknownCharacterException unknown) {
                throw new UnknownException(block, start + unknown.offset(), unknown);
            }
            start += document.length;
        }
        return new Encoded(joined(parts), block.endsDocument());
    }

    private static int[] joined(List<int[]> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        int[] all = new int[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (int[] each : parts) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        return all;
    }

    private int[] separator() {
        return tokenizer.eos() == tokenizer.bos()
                ? new int[] {tokenizer.eos()}
                : new int[] {tokenizer.eos(), tokenizer.bos()};
    }

    private String others(DocumentReader reader) throws IOException {
        if (!(tokenizer instanceof CharTokenizer characters)) {
            return "";
        }
        int[] known = characters.characters();
        return CharTokenizer.listOfUnknown(Arrays.stream(CharacterSet.of(reader))
                .filter(character -> Arrays.binarySearch(known, character) < 0)
                .toArray());
    }

    /**
     * Shards hold the tokens that stand around documents already; at the very beginning and end they are not needed.
     */
    private void copyShards(Sink sink) throws IOException {
        documents = 1;
        long of = Corpus.storedBytes(part.files());
        long done = 0;
        boolean[] isFirst = {true};
        for (DataFile file : part.files()) {
            TokenShard.read(file, tokenizer.vocabSize(), tokens -> {
                int from = isFirst[0] && tokens.length > 0 && tokens[0] == tokenizer.bos() ? 1 : 0;
                isFirst[0] &= tokens.length == 0;
                if (ended && tokens.length > from) {
                    sink.write(new int[] {tokenizer.eos()});
                }
                int to = tokens.length;
                ended = to > from && tokens[to - 1] == tokenizer.eos();
                int[] kept = Arrays.copyOfRange(tokens, from, ended ? to - 1 : to);
                for (int token : kept) {
                    documents += token == tokenizer.bos() ? 1 : 0;
                }
                sink.write(kept);
            });
            done += file.content().size();
            progress.read(done, of);
        }
    }
}
