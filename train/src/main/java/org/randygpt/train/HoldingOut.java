package org.randygpt.train;

import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.data.TokenStore;
import org.randygpt.train.Sampling.Split;
import org.randygpt.train.TokenDataset.Text;
import org.randygpt.train.TokenView.Stretch;

/**
 * What of a store is trained on and what is held out; no token is predicted in both.
 *
 * @param training the part to train on
 * @param heldOut the rest, after the token that the first of it is predicted from
 */
record HoldingOut(TokenView training, TokenView heldOut) {
    /** Documents that lie beside each other are held out together where there are many more of them. */
    private static final int GROUPS = 1024;

    /**
     * Splits a text.
     *
     * @param bos token that stands before each document
     * @param context tokens of a window
     * @throws IllegalArgumentException when there are too few tokens or documents
     */
    static HoldingOut of(Text text, int bos, int context, Sampling sampling, long seed) {
        TokenStore store = text.tokens();
        long tokens = store.size() - 1;
        if (tokens < context + 1) {
            throw new IllegalArgumentException(
                    "%s has a length of %d tokens, but a context of %d needs at least %d; use a longer text or a shorter context"
                            .formatted(text.name(), tokens, context, context + 1));
        }
        return isByDocuments(store, sampling)
                ? byDocuments(text, bos, context, sampling, seed)
                : atPosition(store, context, sampling);
    }

    /** Whether documents are held out, rather than the end of the text. */
    static boolean isByDocuments(TokenStore store, Sampling sampling) {
        return switch (sampling.split()) {
            case DOCUMENTS -> true;
            case POSITION -> false;
            case AUTO -> store.documents() >= Split.MANY;
        };
    }

    /** The end of the text; less than asked for where the rest would have no window. */
    private static HoldingOut atPosition(TokenStore store, int context, Sampling sampling) {
        long tokens = store.size() - 1;
        long held = Math.min(Math.max(1, (long) (tokens * (double) sampling.heldOut())), tokens - context);
        long boundary = store.size() - held;
        return new HoldingOut(
                new TokenView(store, List.of(new Stretch(0, boundary))),
                // The last training token is what the first held-out one is predicted from.
                new TokenView(store, List.of(new Stretch(boundary - 1, store.size()))));
    }

    private static HoldingOut byDocuments(Text text, int bos, int context, Sampling sampling, long seed) {
        TokenStore store = text.tokens();
        List<Stretch> groups = groups(store, bos);
        if (groups.size() < 2) {
            throw new IllegalArgumentException(
                    "%s is one document, and documents are to be held out; that needs at least 2, or a split by position"
                            .formatted(text.name()));
        }
        boolean[] isHeldOut = chosen(groups, store.size(), sampling.heldOut(), seed);
        List<Stretch> training = new ArrayList<>();
        List<Stretch> heldOut = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            add(groups.get(i), isHeldOut[i] ? heldOut : training);
        }
        HoldingOut split = new HoldingOut(new TokenView(store, training), new TokenView(store, heldOut));
        if (split.training.size() < context + 1) {
            throw new IllegalArgumentException(
                    "the documents of %s that are not held out have %d tokens, but a context of %d needs at least %d; use more text, a shorter context or a split by position"
                            .formatted(text.name(), split.training.size() - 1, context, context));
        }
        return split;
    }

    private static void add(Stretch group, List<Stretch> to) {
        if (!to.isEmpty() && to.getLast().to() == group.from()) {
            to.set(to.size() - 1, new Stretch(to.getLast().from(), group.to()));
        } else {
            to.add(group);
        }
    }

    private static List<Stretch> groups(TokenStore store, int bos) {
        List<Stretch> groups = new ArrayList<>();
        long least = Math.max(1, store.size() / GROUPS);
        for (long from = 0; from < store.size(); ) {
            long to = store.find(bos, Math.min(from + least, store.size()), store.size());
            groups.add(new Stretch(from, to));
            from = to;
        }
        return groups;
    }

    /** As many as are wanted, in an order by the seed; those that would be twice of that stay, or else the smallest. */
    private static boolean[] chosen(List<Stretch> groups, long size, float part, long seed) {
        double wanted = size * (double) part;
        boolean[] chosen = new boolean[groups.size()];
        long held = 0;
        int smallest = 0;
        for (int place = 0; place < chosen.length; place++) {
            int group = (int) KeyedPermutation.at(place, chosen.length, seed);
            long length = length(groups.get(group));
            if (held < wanted && held + length <= 2 * wanted) {
                chosen[group] = true;
                held += length;
            }
            smallest = length < length(groups.get(smallest)) ? group : smallest;
        }
        chosen[smallest] |= held == 0;
        return chosen;
    }

    private static long length(Stretch stretch) {
        return stretch.to() - stretch.from();
    }
}
