package org.randygpt.core.data;

/**
 * A run of a file's text. It begins and ends between the pieces of every pre-tokenization, unless there are 16 MiB
 * without such a place. Together the blocks of a file are its text without what separates documents.
 *
 * @param index the number of the block within the file, from 0
 * @param text valid UTF-8
 * @param documentEnds where in the text a document ends, which may have begun in an earlier block, in ascending order;
 *     none of these documents is empty, and the last block of a file ends its last one
 */
public record TextBlock(DataFile file, int index, byte[] text, int[] documentEnds, TextCounts counts) {}
