package org.randygpt.train;

import java.util.Arrays;
import org.randygpt.kernels.SplitMix;

/**
 * Windows none of which reaches into another document. Each document begins one, and is cut into as few as hold it: the
 * first and the last are filled up. A document's last prediction is the token that ends it.
 */
final class DocumentWindows implements Windows {
    /**
     * A document that begins so far behind a noted one is noted itself: more notes are more memory, fewer more search.
     */
    private static final int TOKENS_BETWEEN_NOTES = 4096;

    private static final int FIRST_CAPACITY = 16;

    private final TokenView view;
    private final int bos;
    private final int time;
    /** What follows where a document ends: its last token, when that is the next one's first. */
    private final int shared;
    /** Where noted documents begin, and the end of the view. */
    private long[] noted = new long[FIRST_CAPACITY];
    /** How many windows there are before them. */
    private long[] windows = new long[FIRST_CAPACITY];

    private int notes;

    /**
     * Windows of a view, which is read once.
     *
     * @param bos token before each document
     * @param eos token after each, which may be the same
     * @param time T
     */
    DocumentWindows(TokenView view, int bos, int eos, int time) {
        this.view = view;
        this.bos = bos;
        this.time = time;
        shared = bos == eos ? 1 : 0;
        long count = 0;
        for (long start = 0; start < view.size(); ) {
            if (notes == 0 || start - noted[notes - 1] >= TOKENS_BETWEEN_NOTES) {
                note(start, count);
            }
            long next = view.find(bos, start + 1, view.size());
            count += windowsOf(start, next);
            start = next;
        }
        note(view.size(), count);
    }

    @Override
    public long count() {
        return windows[notes - 1];
    }

    /** An epoch's windows begin at a random place of each document but its first one, which begins with it. */
    @Override
    public void read(long index, long key, int[] tokens, int[] targets, int at) {
        int note = Arrays.binarySearch(windows, 0, notes, index);
        if (note < 0) {
            note = -note - 2;
        }
        // Documents without a window have the same number as those after them.
        while (windows[note + 1] == windows[note]) {
            note++;
        }
        long start = noted[note];
        long before = windows[note];
        long next = end(start, note);
        while (before + windowsOf(start, next) <= index) {
            before += windowsOf(start, next);
            start = next;
            next = end(start, note);
        }
        read(start, predictions(start, next), index - before, key, tokens, targets, at);
    }

    @Override
    public long countOfAll() {
        return count();
    }

    @Override
    public void readOfAll(long index, int[] tokens, int[] targets, int at) {
        read(index, 0, tokens, targets, at);
    }

    private void read(long start, long predictions, long window, long key, int[] tokens, int[] targets, int at) {
        long free = (predictions + time - 1) / time * time - predictions;
        long shift = key == 0 ? 0 : Windows.below(free + 1, SplitMix.mix(key + start));
        long from = Math.max(0, window * time - shift);
        int count = (int) (Math.min(predictions, (window + 1) * time - shift) - from);
        view.read(start + from, count, tokens, at);
        view.read(start + from + 1, count, targets, at);
        Arrays.fill(tokens, at + count, at + time, bos);
        Arrays.fill(targets, at + count, at + time, NOT_PREDICTED);
    }

    /**
     * Where the document ends that begins at a place, behind a note: at a document near the note, or at the next note.
     */
    private long end(long start, int note) {
        long near = Math.min(noted[note] + TOKENS_BETWEEN_NOTES, noted[note + 1]);
        long found = view.find(bos, start + 1, near);
        return found < near ? found : noted[note + 1];
    }

    private long windowsOf(long start, long next) {
        return (predictions(start, next) + time - 1) / time;
    }

    private long predictions(long start, long next) {
        return Math.min(next + shared, view.size()) - start - 1;
    }

    private void note(long start, long count) {
        if (notes == noted.length) {
            noted = Arrays.copyOf(noted, 2 * notes);
            windows = Arrays.copyOf(windows, 2 * notes);
        }
        noted[notes] = start;
        windows[notes++] = count;
    }
}
