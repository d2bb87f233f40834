package org.randygpt.core.data;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import org.randygpt.core.data.DocumentReader.ReadingProgress;

/**
 * What can be known about files of tokens without their tokenizer.
 *
 * @param count of tokens
 * @param different how many of them are different
 * @param highest id; -1 of none
 */
public record TokenIds(long count, int different, int highest) {

    /** Reads all files; throws {@link IOException} naming one that cannot be read. */
    public static TokenIds of(List<DataFile> shards, ReadingProgress progress) throws IOException {
        BitSet seen = new BitSet();
        long[] count = {0};
        long size = Corpus.storedBytes(shards);
        long read = 0;
        for (DataFile file : shards) {
            TokenShard.read(file, Integer.MAX_VALUE, tokens -> {
                for (int token : tokens) {
                    seen.set(token);
                }
                count[0] += tokens.length;
            });
            read += StoredBytes.size(file);
            progress.read(read, size);
        }
        return new TokenIds(count[0], seen.cardinality(), seen.length() - 1);
    }
}
