package org.randygpt.core.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a file that is no UTF-8 looks like, from its first bytes. */
final class FileLook {
    /** So many bytes tell. */
    static final int BYTES = 4096;

    private static final String PACKED = "a file compressed by %s; unpack it first, or pack it with gzip";

    private static final List<Beginning> BEGINNINGS = List.of(
            new Beginning("FD377A585A00", PACKED.formatted("xz")),
            new Beginning("28B52FFD", PACKED.formatted("zstd")),
            new Beginning("504B0304", PACKED.formatted("zip")),
            new Beginning("425A68", PACKED.formatted("bzip2")),
            new Beginning("377ABCAF271C", PACKED.formatted("7-Zip")),
            new Beginning("04224D18", PACKED.formatted("lz4")),
            new Beginning("255044462D", "a PDF; take the text out of it first"),
            new Beginning("50415231", "a Parquet file; write its texts to a .jsonl file first"));

    /** Of UTF-16, a quarter of all bytes are zeros, nearly all at one of two places, where the letters are Latin. */
    private static final int QUARTER = 4;

    private static final int NEARLY_ALL = 8;

    /** Of a text, less than one byte in so many controls something. */
    private static final int SELDOM = 16;

    /**
     * How a kind of files begins.
     *
     * @param hex its first bytes
     */
    private record Beginning(String hex, String look) {
        boolean begins(byte[] first) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            return first.length >= bytes.length && Arrays.equals(first, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    private FileLook() {}

    /** What to do about a file that begins so. */
    static String advice(byte[] first) {
        for (Beginning beginning : BEGINNINGS) {
            if (beginning.begins(first)) {
                return "it looks like " + beginning.look;
            }
        }
        String encoding = encoding(first);
        return encoding.isEmpty()
                ? "it looks like a binary file, which is no text"
                : "give --encoding, for example --encoding %s, or --on-invalid replace".formatted(encoding);
    }

    /** The likeliest encoding, or nothing where there is none. */
    private static String encoding(byte[] first) {
        if (ByteOrderMark.isUtf16(first)) {
            return StandardCharsets.UTF_16.name();
        }
        int[] zeros = new int[2];
        int control = 0;
        for (int at = 0; at < first.length; at++) {
            zeros[at % 2] += first[at] == 0 ? 1 : 0;
            control += first[at] >= 0 && first[at] < ' ' && "\t\n\r\f\u001b".indexOf(first[at]) < 0 ? 1 : 0;
        }
        if (areOfUtf16(zeros[1], zeros[0], first.length)) {
            return StandardCharsets.UTF_16LE.name();
        }
        if (areOfUtf16(zeros[0], zeros[1], first.length)) {
            return StandardCharsets.UTF_16BE.name();
        }
        boolean isBinary = zeros[0] + zeros[1] > 0 && control * SELDOM > first.length;
        return isBinary ? "" : StandardCharsets.ISO_8859_1.name();
    }

    private static boolean areOfUtf16(int zeros, int others, int bytes) {
        return zeros * QUARTER >= bytes && others * NEARLY_ALL <= zeros;
    }
}
