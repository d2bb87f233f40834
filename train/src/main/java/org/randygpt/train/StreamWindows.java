package org.randygpt.train;

import java.util.Arrays;
import org.randygpt.kernels.SplitMix;

/** Windows that lie one after the other, whatever documents there are. */
final class StreamWindows implements Windows {
    private final TokenView view;
    private final int time;

    /**
     * Windows of a view.
     *
     * @param time T
     */
    StreamWindows(TokenView view, int time) {
        this.view = view;
        this.time = time;
    }

    @Override
    public long count() {
        return Math.max(1, starts() / time);
    }

    /** An epoch's windows lie side by side from a random place on. */
    @Override
    public void read(long index, long key, int[] tokens, int[] targets, int at) {
        long offset = Windows.below(starts() - (count() - 1) * time, SplitMix.mix(key));
        read(offset + time * index, time, tokens, targets, at);
    }

    @Override
    public long countOfAll() {
        return (view.size() - 1 + time - 1) / time;
    }

    @Override
    public void readOfAll(long index, int[] tokens, int[] targets, int at) {
        long from = index * time;
        int count = (int) Math.min(time, view.size() - 1 - from);
        read(from, count, tokens, targets, at);
        Arrays.fill(tokens, at + count, at + time, tokens[at]);
        Arrays.fill(targets, at + count, at + time, NOT_PREDICTED);
    }

    private long starts() {
        return view.size() - time;
    }

    private void read(long from, int count, int[] tokens, int[] targets, int at) {
        view.read(from, count, tokens, at);
        view.read(from + 1, count, targets, at);
    }
}
