package org.randygpt.core.text;

import java.util.Arrays;

/** Merges a long piece in n log n: pairs wait in a heap by rank and place; tokens are a list linked both ways. */
final class MergeHeap {
    private static final long NONE = PairTable.NONE;
    private static final int GONE = -1;

    private final PairTable pairs;
    private final int[] tokens;
    private final int at;
    private final int length;
    private final int[] next;
    private final int[] previous;
    // Rank in the upper half, place in the lower. One whose pair has changed since is dropped when it comes up.
    private long[] heap;
    private int size;

    MergeHeap(PairTable pairs, int[] tokens, int at, int length) {
        this.pairs = pairs;
        this.tokens = tokens;
        this.at = at;
        this.length = length;
        next = new int[length];
        previous = new int[length];
        heap = new long[length];
    }

    /** Merges tokens in their array and returns how many are left. */
    int merge() {
        for (int i = 0; i < length; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i + 1 < length; i++) {
            push(i);
        }
        while (size > 0) {
            long lowest = pop();
            int left = (int) lowest;
            long result = result(left);
            if (result != NONE && result >>> Integer.SIZE == lowest >>> Integer.SIZE) {
                join(left, (int) result);
            }
        }
        int count = 0;
        for (int i = 0; i < length; i = next[i]) {
            tokens[at + count] = tokens[at + i];
            count++;
        }
        return count;
    }

    private void join(int left, int token) {
        int right = next[left];
        int after = next[right];
        tokens[at + left] = token;
        tokens[at + right] = GONE;
        next[left] = after;
        if (after < length) {
            previous[after] = left;
            push(left);
        }
        if (previous[left] >= 0) {
            push(previous[left]);
        }
    }

    /** What the token at a place becomes with the one after it. */
    private long result(int place) {
        if (tokens[at + place] == GONE || next[place] == length) {
            return NONE;
        }
        return pairs.get(tokens[at + place], tokens[at + next[place]]);
    }

    private void push(int place) {
        long result = result(place);
        if (result == NONE) {
            return;
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size + (size >> 1));
        }
        long added = result >>> Integer.SIZE << Integer.SIZE | place;
        int hole = size;
        size++;
        while (hole > 0 && heap[hole - 1 >>> 1] > added) {
            heap[hole] = heap[hole - 1 >>> 1];
            hole = hole - 1 >>> 1;
        }
        heap[hole] = added;
    }

    private long pop() {
        long lowest = heap[0];
        size--;
        long moved = heap[size];
        int hole = 0;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= moved) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = moved;
        return lowest;
    }
}
