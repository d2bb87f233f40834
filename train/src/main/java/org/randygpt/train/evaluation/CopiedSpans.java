package org.randygpt.train.evaluation;

import java.util.Arrays;

/**
 * Finds what a text has word for word from others that are read once, in memory for the first one only: its suffix
 * automaton (Blumer et al. 1985) recognizes all of its parts, and says of each byte of another text how long a part of
 * the first ends there.
 */
public final class CopiedSpans {
    private static final int ROOT = 0;
    private static final int NONE = -1;

    private final byte[] text;
    /** The longest part that each state stands for. */
    private final int[] lengths;
    /** The state of that part's longest suffix that occurs elsewhere, too. */
    private final int[] links;
    /** Where in the text a part of each state ends first. */
    private final int[] ends;
    /**
     * How long a part of each state has been found elsewhere, by suffixes of what was found only once they are asked
     * for.
     */
    private final int[] found;
    /** The state of each beginning of the text, by its length. */
    private final int[] prefixes;

    /** States by the hash of the state before and the byte. */
    private final int[] places;

    private final long[] keys;
    private final int[] values;
    private int transitions;
    private int states = 1;

    private int state = ROOT;
    private int matched;
    private long read;
    private int longest;
    private int longestEnd;
    private long longestReadEnd;

    /**
     * Of a text.
     *
     * @param text bytes, at most 2²⁴
     */
    public CopiedSpans(byte[] text) {
        if (text.length > 1 << 24) {
            throw new IllegalArgumentException(
                    "a text of %d bytes is too long to look for its parts".formatted(text.length));
        }
        this.text = text.clone();
        int most = 2 * text.length + 2;
        lengths = new int[most];
        links = new int[most];
        ends = new int[most];
        found = new int[most];
        links[ROOT] = NONE;
        // At most three transitions for each byte.
        keys = new long[3 * text.length + 4];
        values = new int[keys.length];
        places = new int[Integer.highestOneBit(Math.max(1, keys.length)) * 4];
        prefixes = new int[text.length + 1];
        for (int i = 0; i < text.length; i++) {
            prefixes[i + 1] = append(i, prefixes[i]);
        }
    }

    /**
     * The longest part that was found elsewhere.
     *
     * @param from where in the text it begins
     * @param length in bytes, of whole characters
     * @param readFrom bytes that were read before it was found
     */
    public record Span(int from, int length, long readFrom) {}

    private int append(int at, int last) {
        int current = states++;
        lengths[current] = at + 1;
        ends[current] = at + 1;
        int before = last;
        while (before != NONE && next(before, text[at]) == NONE) {
            put(before, text[at], current);
            before = links[before];
        }
        if (before == NONE) {
            links[current] = ROOT;
            return current;
        }
        int other = next(before, text[at]);
        links[current] = lengths[other] == lengths[before] + 1 ? other : split(before, other, text[at]);
        return current;
    }

    /** Gives the shorter parts of a state one of their own. */
    private int split(int before, int other, byte by) {
        int copy = states++;
        lengths[copy] = lengths[before] + 1;
        ends[copy] = ends[other];
        links[copy] = links[other];
        for (int each = 0; each < 256; each++) {
            int to = next(other, (byte) each);
            if (to != NONE) {
                put(copy, (byte) each, to);
            }
        }
        for (int from = before; from != NONE && next(from, by) == other; from = links[from]) {
            put(from, by, copy);
        }
        links[other] = copy;
        return copy;
    }

    /** Reads some of another text. */
    public void read(byte[] other) {
        for (byte each : other) {
            int to = next(state, each);
            while (to == NONE && state != ROOT) {
                state = links[state];
                matched = lengths[state];
                to = next(state, each);
            }
            read++;
            if (to == NONE) {
                continue;
            }
            state = to;
            matched++;
            found[state] = Math.max(found[state], matched);
            if (matched > longest) {
                longest = matched;
                longestEnd = ends[state];
                longestReadEnd = read;
            }
        }
    }

    /** Says that the text that was read ends, and that another begins. */
    public void end() {
        state = ROOT;
        matched = 0;
    }

    /** The longest part that was found in what has been read. */
    public Span longest() {
        int from = longestEnd - longest;
        int to = longestEnd;
        while (from < to && isContinuation(from)) {
            from++;
        }
        while (to > from && isContinuation(to)) {
            to--;
        }
        return new Span(from, to - from, longestReadEnd - (longestEnd - from));
    }

    private boolean isContinuation(int at) {
        return at < text.length && (text[at] & 0xC0) == 0x80;
    }

    /** The part of the text's bytes that lie in parts of at least so many bytes that were found. */
    public double covered(int least) {
        int[] byState = Arrays.copyOf(found, states);
        // What was found of a longer part was found of its suffixes: the longest states first.
        int[] order = byLength();
        for (int i = order.length - 1; i > 0; i--) {
            int link = links[order[i]];
            if (byState[order[i]] > 0 && link != ROOT) {
                byState[link] = lengths[link];
            }
        }
        long covered = 0;
        int upTo = 0;
        for (int end = 1; end <= text.length; end++) {
            int suffix = prefixes[end];
            while (suffix != ROOT && byState[suffix] == 0) {
                suffix = links[suffix];
            }
            int length = suffix == ROOT ? 0 : Math.min(byState[suffix], lengths[suffix]);
            if (length >= least) {
                covered += end - Math.max(upTo, end - length);
                upTo = end;
            }
        }
        return text.length == 0 ? 0 : (double) covered / text.length;
    }

    private int[] byLength() {
        int[] starts = new int[text.length + 2];
        for (int each = 0; each < states; each++) {
            starts[lengths[each] + 1]++;
        }
        for (int length = 1; length < starts.length; length++) {
            starts[length] += starts[length - 1];
        }
        int[] order = new int[states];
        for (int each = 0; each < states; each++) {
            order[starts[lengths[each]]++] = each;
        }
        return order;
    }

    private int next(int from, byte by) {
        int entry = places[place(from, by)];
        return entry == 0 ? NONE : values[entry - 1];
    }

    private void put(int from, byte by, int to) {
        int place = place(from, by);
        if (places[place] == 0) {
            keys[transitions] = key(from, by);
            places[place] = ++transitions;
        }
        values[places[place] - 1] = to;
    }

    private int place(int from, byte by) {
        long key = key(from, by);
        int mask = places.length - 1;
        // Fibonacci hashing, as in the table of n-grams.
        int place = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (places[place] != 0 && keys[places[place] - 1] != key) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private static long key(int from, byte by) {
        return (long) from << Byte.SIZE | by & 0xFF;
    }
}
