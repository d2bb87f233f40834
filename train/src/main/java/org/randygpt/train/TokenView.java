package org.randygpt.train;

import java.util.Arrays;
import java.util.List;
import org.randygpt.core.data.TokenStore;

/** Some stretches of a store of tokens as if they lay one after the other. */
final class TokenView {
    private final TokenStore store;
    /** Where each stretch begins in the view, and where the last one ends. */
    private final long[] starts;
    /** What a place in the view is moved by to be one in the store. */
    private final long[] shifts;

    /**
     * A view.
     *
     * @param stretches none of them empty, in the order of the view
     */
    TokenView(TokenStore store, List<Stretch> stretches) {
        this.store = store;
        starts = new long[stretches.size() + 1];
        shifts = new long[stretches.size()];
        for (int i = 0; i < shifts.length; i++) {
            Stretch stretch = stretches.get(i);
            starts[i + 1] = starts[i] + stretch.to - stretch.from;
            shifts[i] = stretch.from - starts[i];
        }
    }

    /** From a place in a store to before another. */
    record Stretch(long from, long to) {}

    /** Number of tokens. */
    long size() {
        return starts[starts.length - 1];
    }

    /** The token at a place. */
    int get(long at) {
        return store.get(at + shifts[stretchAt(at)]);
    }

    /** As {@link TokenStore#read}. */
    void read(long from, int count, int[] to, int at) {
        int done = 0;
        for (int stretch = stretchAt(from); done < count; stretch++) {
            long next = from + done;
            int here = (int) Math.min(count - done, starts[stretch + 1] - next);
            store.read(next + shifts[stretch], here, to, at + done);
            done += here;
        }
    }

    /** As {@link TokenStore#find}. */
    long find(int token, long from, long to) {
        if (from >= to) {
            return to;
        }
        for (int stretch = stretchAt(from); stretch < shifts.length && starts[stretch] < to; stretch++) {
            long end = Math.min(to, starts[stretch + 1]);
            long found = store.find(token, Math.max(from, starts[stretch]) + shifts[stretch], end + shifts[stretch])
                    - shifts[stretch];
            if (found < end) {
                return found;
            }
        }
        return to;
    }

    private int stretchAt(long at) {
        if (shifts.length == 1) {
            return 0;
        }
        int found = Arrays.binarySearch(starts, 0, shifts.length, at);
        return found >= 0 ? found : -found - 2;
    }
}
