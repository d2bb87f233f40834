package org.randygpt.core.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Parts of a stream of bytes that begin and end between pieces, for a text that may be longer than memory. */
final class ByteFlow {
    /** Bytes that are worth sharing out among threads. */
    static final int USUAL = 1 << 23;

    /** What has to be known behind a cut. */
    private static final int LOOK_AHEAD = 4;

    private final InputStream in;
    private final boolean onlyWholeLines;
    private final int usual;
    private byte[] buffer;
    private int filled;

    /**
     * Nothing is read yet.
     *
     * @param usual bytes of a part at most, if there is a place to cut before
     * @param onlyWholeLines whether parts end where lines do, so that no name on a line is cut
     */
    ByteFlow(InputStream in, int usual, boolean onlyWholeLines) {
        this.in = in;
        this.usual = usual;
        this.onlyWholeLines = onlyWholeLines;
        buffer = new byte[usual + LOOK_AHEAD];
    }

    /** The next part; empty at the end. */
    byte[] next() throws IOException {
        int cut = 0;
        int looked = 0;
        while (cut == 0) {
            filled += in.readNBytes(buffer, filled, buffer.length - filled);
            if (filled < buffer.length) {
                cut = filled;
                break;
            }
            cut = lastCut(looked);
            if (cut == 0) {
                looked = filled - LOOK_AHEAD;
                buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
            }
        }
        byte[] part = Arrays.copyOf(buffer, cut);
        System.arraycopy(buffer, cut, buffer, 0, filled - cut);
        filled -= cut;
        if (filled < usual && buffer.length > usual + LOOK_AHEAD) {
            buffer = Arrays.copyOf(buffer, usual + LOOK_AHEAD);
        }
        return part;
    }

    /** The last place to cut behind another; 0 if there is none. */
    private int lastCut(int behind) {
        for (int at = filled - LOOK_AHEAD; at > behind; at--) {
            if ((!onlyWholeLines || buffer[at - 1] == '\n') && PreTokenization.surelyCuts(buffer, at)) {
                return at;
            }
        }
        return 0;
    }
}
