package org.randygpt.core.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of a file's text. It begins and ends between the pieces of every pre-tokenization, unless there are 16 MiB
 * without such a place. Together the blocks of a file are its text without what separates documents.
 *
 * @param index the number of the block within the file, from 0
 * @param text valid UTF-8
 * @param documentEnds where in the text a document ends, which may have begun in an earlier block, in ascending order;
 *     none of these documents is empty, and the last block of a file ends its last one
 */
public record TextBlock(DataFile file, int index, byte[] text, int[] documentEnds, TextCounts counts) {

    /**
     * The texts of the documents in it, of which the first may have begun before it, and the last may go on after it.
     */
    public List<byte[]> documents() {
        if (documentEnds.length == 0 || documentEnds[0] == text.length) {
            return List.of(text);
        }
        List<byte[]> documents = new ArrayList<>();
        int start = 0;
        for (int end : documentEnds) {
            documents.add(Arrays.copyOfRange(text, start, end));
            start = end;
        }
        if (start < text.length) {
            documents.add(Arrays.copyOfRange(text, start, text.length));
        }
        return documents;
    }

    /** Whether a document ends where it ends. */
    public boolean endsDocument() {
        return documentEnds.length > 0 && documentEnds[documentEnds.length - 1] == text.length;
    }
}
