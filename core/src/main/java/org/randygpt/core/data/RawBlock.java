package org.randygpt.core.data;

/**
 * A run of a file's text that is not yet clean.
 *
 * @param index the number of the block within the file, from 0
 * @param start how many bytes of text come before it
 * @param bytes UTF-8, perhaps invalid
 * @param startsLine whether it begins a line
 * @param documentOpen whether a document has begun and not ended before it
 * @param isLast whether it is the last of the file
 * @param byteOrderMarks that were removed before it
 * @param replaced U+FFFD that were put for what was no character while it was read
 */
record RawBlock(
        DataFile file,
        int index,
        long start,
        byte[] bytes,
        boolean startsLine,
        boolean documentOpen,
        boolean isLast,
        int byteOrderMarks,
        long replaced) {}
