package org.randygpt.train.evaluation;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.Tokenizer;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * What general compressors make of a text, in bytes.
 *
 * @param gzip by gzip at level 9
 * @param xz by xz at level 9, with a dictionary of at most 8 MiB
 */
public record CompressedSize(long gzip, long xz) {
    private static final int TOKENS_AT_ONCE = 1 << 13;
    private static final int LEVEL = 9;

    /**
     * Compresses a text.
     *
     * @param progress told how many tokens are done
     */
    public static CompressedSize of(TokenStore text, Tokenizer tokenizer, long bytes, ReadingProgress progress) {
        Count gzip = new Count();
        Count xz = new Count();
        int[] tokens = new int[TOKENS_AT_ONCE];
        try (OutputStream toGzip = new StrongGzip(gzip);
                OutputStream toXz = new XZOutputStream(xz, options(bytes))) {
            for (long at = 1; at < text.size(); at += TOKENS_AT_ONCE) {
                int count = (int) Math.min(TOKENS_AT_ONCE, text.size() - at);
                tokens = count == tokens.length ? tokens : new int[count];
                text.read(at, count, tokens, 0);
                byte[] part = tokenizer.decodeBytes(tokens);
                toGzip.write(part);
                toXz.write(part);
                progress.read(at + count - 1, text.size() - 1);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("counting bytes failed", impossible);
        }
        return new CompressedSize(gzip.bytes, xz.bytes);
    }

    /** The most bytes of memory that it takes for a text of so many bytes. */
    public static long memory(long bytes) {
        return 1024L * options(bytes).getEncoderMemoryUsage();
    }

    private static LZMA2Options options(long bytes) {
        try {
            LZMA2Options options = new LZMA2Options(LEVEL);
            // Its memory is ten times as much.
            options.setDictSize(Math.clamp(bytes, LZMA2Options.DICT_SIZE_MIN, LZMA2Options.DICT_SIZE_DEFAULT));
            return options;
        } catch (IOException unsupported) {
            throw new IllegalStateException(unsupported);
        }
    }

    private static final class StrongGzip extends GZIPOutputStream {
        StrongGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    private static final class Count extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes += length;
        }
    }
}
