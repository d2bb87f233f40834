package org.randygpt.core.text;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.randygpt.core.text.BpeVocabulary.Merge;

/**
 * Merges the most frequent pair again and again. All different pieces lie in one array as lists linked both ways, and
 * each pair knows its places, so that a merge visits only these, however long pieces are.
 */
final class MergeLearner {
    private static final int NOWHERE = -1;
    private static final int FEWEST = 2;

    // By place: the token that begins there, or nowhere; its neighbours; how often its piece occurs.
    private final int[] token;
    private final int[] next;
    private final int[] previous;
    private final long[] weight;

    private final List<byte[]> tokens = new ArrayList<>();
    private final Map<ByteBuffer, Integer> ids = new HashMap<>();
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(
            Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::key));
    private final List<Pair> raised = new ArrayList<>();

    /** A pair as it was when it was last counted. */
    private record Candidate(long count, long key) {}

    /** Two tokens side by side: how often, and where the first was; places may have been merged away since. */
    private static final class Pair {
        final long key;
        long count;
        int[] places = new int[4];
        int size;
        boolean isRaised;

        Pair(long key) {
            this.key = key;
        }

        void add(int place) {
            if (size == places.length) {
                places = Arrays.copyOf(places, 2 * size);
            }
            places[size] = place;
            size++;
        }
    }

    /** @param pieces different pieces, and how often each occurs */
    MergeLearner(Map<ByteBuffer, long[]> pieces) {
        int length = Math.toIntExact(
                pieces.keySet().stream().mapToLong(ByteBuffer::remaining).sum());
        token = new int[length];
        next = new int[length];
        previous = new int[length];
        weight = new long[length];
        int[] idOfByte = new int[BpeVocabulary.BYTES];
        for (byte value : ByteAlphabet.inOrder()) {
            idOfByte[value & 0xFF] = idOf(new byte[] {value});
        }
        int at = 0;
        for (Map.Entry<ByteBuffer, long[]> piece : pieces.entrySet()) {
            int start = at;
            ByteBuffer bytes = piece.getKey();
            for (int i = 0; i < bytes.remaining(); i++) {
                token[at] = idOfByte[bytes.get(bytes.position() + i) & 0xFF];
                next[at] = at + 1;
                previous[at] = at == start ? NOWHERE : at - 1;
                weight[at] = piece.getValue()[0];
                at++;
            }
            next[at - 1] = NOWHERE;
        }
    }

    /** A vocabulary of so many tokens, or fewer when no more pairs occur twice. */
    BpeVocabulary learn(int size) {
        for (int place = 0; place < token.length; place++) {
            if (next[place] != NOWHERE) {
                raise(place);
            }
        }
        List<Merge> merges = new ArrayList<>();
        Set<Long> merged = new HashSet<>();
        offerRaised();
        while (tokens.size() < size && !candidates.isEmpty()) {
            Candidate best = candidates.remove();
            Pair pair = pairs.get(best.key());
            if (pair == null) {
                continue;
            }
            if (pair.count != best.count()) {
                offer(pair);
                continue;
            }
            if (merged.add(pair.key)) {
                merges.add(new Merge(left(pair.key), right(pair.key), merges.size()));
            }
            merge(pair);
            offerRaised();
        }
        return new BpeVocabulary(tokens, merges, BpeVocabulary.Lookup.MERGES_ONLY);
    }

    private void merge(Pair pair) {
        int left = left(pair.key);
        int right = right(pair.key);
        byte[] first = tokens.get(left);
        byte[] second = tokens.get(right);
        int joined = idOf(ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array());
        pairs.remove(pair.key);
        // In a row of the same token, pairs overlap: the first takes precedence, as when encoding.
        Arrays.sort(pair.places, 0, pair.size);
        for (int i = 0; i < pair.size; i++) {
            int place = pair.places[i];
            int other = next[place];
            if (token[place] == left && other != NOWHERE && token[other] == right) {
                join(place, other, joined);
            }
        }
    }

    private void join(int place, int other, int joined) {
        int before = previous[place];
        int after = next[other];
        if (before != NOWHERE) {
            lower(token[before], token[place], weight[place]);
        }
        if (after != NOWHERE) {
            lower(token[other], token[after], weight[place]);
            previous[after] = place;
        }
        token[place] = joined;
        token[other] = NOWHERE;
        next[place] = after;
        if (before != NOWHERE) {
            raise(before);
        }
        if (after != NOWHERE) {
            raise(place);
        }
    }

    private void lower(int left, int right, long by) {
        Pair pair = pairs.get(key(left, right));
        // The pair that is being merged is not there any more.
        if (pair != null) {
            pair.count -= by;
        }
    }

    /** Counts the pair that begins at a place. */
    private void raise(int place) {
        Pair pair = pairs.computeIfAbsent(key(token[place], token[next[place]]), Pair::new);
        pair.count += weight[place];
        pair.add(place);
        if (!pair.isRaised) {
            pair.isRaised = true;
            raised.add(pair);
        }
    }

    private void offerRaised() {
        for (Pair pair : raised) {
            pair.isRaised = false;
            offer(pair);
        }
        raised.clear();
    }

    private void offer(Pair pair) {
        if (pair.count >= FEWEST) {
            candidates.add(new Candidate(pair.count, pair.key));
        }
    }

    /** The id of a token, which is made if it is not there. */
    private int idOf(byte[] bytes) {
        Integer known = ids.putIfAbsent(ByteBuffer.wrap(bytes), tokens.size());
        if (known != null) {
            return known;
        }
        tokens.add(bytes);
        return tokens.size() - 1;
    }

    private static long key(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private static int left(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    private static int right(long key) {
        return (int) key;
    }
}
