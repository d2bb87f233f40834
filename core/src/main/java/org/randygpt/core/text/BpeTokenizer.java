package org.randygpt.core.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Byte-level byte-pair encoding: a text's UTF-8 is cut into pieces, and within each, tokens that begin as single bytes
 * are merged. Whatever the bytes are, they have tokens, and decoding gives them back. Any number of threads may use it.
 */
public final class BpeTokenizer implements Tokenizer {
    private final BpeVocabulary vocabulary;
    private final SpecialTokens special;
    private final Map<String, byte[]> specialNames = new HashMap<>();
    private final PreTokenization pieces;
    private final Merges merges;
    private final Map<ByteBuffer, Integer> wholePieces;
    private final int vocabSize;
    // Encoders that nobody uses now, with what they remember.
    private final Queue<PieceEncoder> idle = new ConcurrentLinkedQueue<>();

    /**
     * Throws {@link IllegalArgumentException} when a special token has the id of a token with bytes, or a negative one.
     */
    public BpeTokenizer(BpeVocabulary vocabulary, SpecialTokens special, PreTokenization pieces) {
        this.vocabulary = vocabulary;
        this.special = special;
        this.pieces = pieces;
        merges = new Merges(vocabulary);
        wholePieces = vocabulary.lookup() == BpeVocabulary.Lookup.WHOLE_PIECES ? vocabulary.ids() : Map.of();
        List<byte[]> tokens = vocabulary.tokens();
        special.ids().forEach((name, id) -> {
            if (id < 0 || id < tokens.size() && tokens.get(id).length > 0) {
                throw new IllegalArgumentException("the special token %s has the id %d, which %s"
                        .formatted(name, id, id < 0 ? "is negative" : "is another token's"));
            }
        });
        special.ids().keySet().forEach(name -> specialNames.put(name, name.getBytes(StandardCharsets.UTF_8)));
        vocabSize = special.ids().values().stream().mapToInt(id -> id + 1).reduce(tokens.size(), Math::max);
    }

    /** Its tokens with bytes. */
    public BpeVocabulary vocabulary() {
        return vocabulary;
    }

    /** Its special tokens. */
    public SpecialTokens special() {
        return special;
    }

    /** How it cuts texts. */
    public PreTokenization pieces() {
        return pieces;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when the text holds half of a surrogate pair, which no file can hold
     */
    @Override
    public int[] encode(String text) {
        return encode(utf8(text));
    }

    /** The ids of the tokens of any bytes. */
    @Override
    public int[] encode(byte[] text) {
        return encode(text, 0, text.length);
    }

    /** As {@link #encode(byte[])}, by so many threads at most; the ids do not depend on how many. */
    public int[] encode(byte[] text, int threads) {
        return joined(TextParts.map(text, threads, this::encode));
    }

    private static int[] joined(List<int[]> parts) {
        int[] tokens = new int[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (int[] part : parts) {
            System.arraycopy(part, 0, tokens, at, part.length);
            at += part.length;
        }
        return tokens;
    }

    /** As {@link #encode(byte[])}, but each name of a special token in the text is that token; of two, the longer. */
    public int[] encodeWithSpecial(byte[] text) {
        List<int[]> parts = new ArrayList<>();
        int start = 0;
        int at = 0;
        while (at < text.length) {
            String name = specialAt(text, at);
            if (name.isEmpty()) {
                at++;
            } else {
                parts.add(encode(Arrays.copyOfRange(text, start, at)));
                parts.add(new int[] {special.ids().getOrDefault(name, 0)});
                at += specialNames.getOrDefault(name, new byte[0]).length;
                start = at;
            }
        }
        parts.add(encode(Arrays.copyOfRange(text, start, text.length)));
        return joined(parts);
    }

    /** Takes tokens. */
    @FunctionalInterface
    public interface Then {
        /** The next tokens of a text. */
        void accept(int[] tokens) throws IOException;
    }

    /**
     * Encodes a stream of any bytes, as {@link #encode(byte[], int)} does, or if special tokens are to be known,
     * {@link #encodeWithSpecial}, in memory that does not depend on how long it is, but for lines (with special tokens)
     * or words that are longer.
     */
    public void encode(InputStream in, boolean knowsSpecial, int threads, Then then) throws IOException {
        ByteFlow flow = new ByteFlow(in, ByteFlow.USUAL, knowsSpecial);
        for (byte[] part = flow.next(); part.length > 0; part = flow.next()) {
            then.accept(knowsSpecial ? encodeWithSpecial(part) : encode(part, threads));
        }
    }

    @Override
    public String decode(int... tokens) {
        return new String(decodeBytes(tokens), StandardCharsets.UTF_8);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException naming the first id that is no token's, and its position
     */
    @Override
    public byte[] decodeBytes(int... tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(tokens.length * 4);
        List<byte[]> known = vocabulary.tokens();
        for (int i = 0; i < tokens.length; i++) {
            int id = tokens[i];
            byte[] token = id >= 0 && id < known.size() ? known.get(id) : new byte[0];
            if (token.length == 0 && !special.ids().containsValue(id)) {
                throw new IllegalArgumentException(
                        "%d at position %d is not a token; ids run from 0 to %d".formatted(id, i, vocabSize - 1));
            }
            bytes.writeBytes(token);
        }
        return bytes.toByteArray();
    }

    @Override
    public int vocabSize() {
        return vocabSize;
    }

    @Override
    public int bos() {
        return special.ids().getOrDefault(special.bos(), 0);
    }

    @Override
    public int eos() {
        return special.ids().getOrDefault(special.eos(), 0);
    }

    /** @param end of the text, or where a piece surely ends: it may be looked at what follows */
    private int[] encode(byte[] text, int start, int end) {
        PieceEncoder encoder = idle.poll();
        if (encoder == null) {
            encoder = new PieceEncoder(pieces, merges, wholePieces);
        }
        int[] tokens = encoder.encode(text, start, end);
        idle.add(encoder);
        return tokens;
    }

    private String specialAt(byte[] text, int at) {
        String longest = "";
        for (Map.Entry<String, byte[]> name : specialNames.entrySet()) {
            byte[] bytes = name.getValue();
            boolean isHere = at + bytes.length <= text.length
                    && Arrays.equals(text, at, at + bytes.length, bytes, 0, bytes.length);
            longest = isHere && name.getKey().length() > longest.length() ? name.getKey() : longest;
        }
        return longest;
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // What is no character becomes a question mark.
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (Character.isSurrogate(unit)) {
                if (Character.isHighSurrogate(unit)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1))) {
                    at++;
                } else {
                    throw new IllegalArgumentException(
                            "U+%04X at position %d is half of a surrogate pair, and no character"
                                    .formatted((int) unit, at));
                }
            }
        }
        return bytes;
    }
}
