package org.randygpt.core.data;

/**
 * How long blocks are, in bytes.
 *
 * @param usual what a block has at most where there is a place to cut it
 * @param longest what one has at most where there is none
 * @param record what a record has at most, which is never cut
 */
record BlockSizes(int usual, int longest, int record) {
    static final BlockSizes USUAL = new BlockSizes(1 << 20, 1 << 24, 1 << 30);

    /** Room for a marker and a character, behind which a block may have to be cut. */
    private static final int LEAST_LONGEST = 64;

    BlockSizes {
        if (usual < 1 || longest < Math.max(usual, LEAST_LONGEST) || record < usual) {
            throw new IllegalArgumentException("blocks of %d, %d and %d bytes".formatted(usual, longest, record));
        }
    }
}
