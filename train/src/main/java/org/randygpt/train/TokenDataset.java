package org.randygpt.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.randygpt.core.data.TextCounts;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.SplitMix;
import org.randygpt.train.Sampling.Borders;
import org.randygpt.train.Sampling.Order;

/**
 * Texts as tokens, a part of them held out. The training part yields windows that depend only on the seed and their
 * number, so that a resumed run sees what an uninterrupted one would have seen.
 */
public final class TokenDataset {
    /** Texts that have weights take turns in rounds of so many windows. */
    private static final int ROUND = 10_000;

    private final List<Text> texts;
    private final int bos;
    private final boolean byDocuments;
    private final int tokensBetweenDocuments;
    private final int time;
    private final Order order;
    private final long seed;
    private final List<TokenView> trainingTokens = new ArrayList<>();
    private final List<TokenView> heldOutTokens = new ArrayList<>();
    private final Windows[] training;
    /** How many windows of a round are of the texts before each, and of all. */
    private final int[] turns;

    private final Windows[] heldOut;
    private final long evaluated;
    private final long allHeldOut;

    /**
     * Splits texts.
     *
     * @param texts one, or several that windows are taken from by weight
     * @param bos token before each document
     * @param eos token after each
     * @param time T, tokens of a window
     * @param seed of the choice of windows and of documents to hold out
     * @throws IllegalArgumentException when a text has too few tokens or documents
     */
    public TokenDataset(List<Text> texts, int bos, int eos, int time, Sampling sampling, long seed) {
        this.texts = List.copyOf(texts);
        this.bos = bos;
        tokensBetweenDocuments = bos == eos ? 1 : 2;
        this.time = time;
        this.seed = seed;
        order = sampling.order();
        for (Text text : texts) {
            HoldingOut split = HoldingOut.of(text, bos, time, sampling, seed);
            trainingTokens.add(split.training());
            heldOutTokens.add(split.heldOut());
        }
        byDocuments = texts.stream().anyMatch(text -> HoldingOut.isByDocuments(text.tokens(), sampling));
        training = windows(trainingTokens, bos, eos, sampling.borders());
        heldOut = windows(heldOutTokens, bos, eos, sampling.borders());
        turns = turns(texts);
        allHeldOut = Arrays.stream(heldOut).mapToLong(Windows::countOfAll).sum();
        evaluated = Math.clamp(sampling.evaluationTokens() / time, 1, allHeldOut);
    }

    /**
     * A text to train on.
     *
     * @param name for messages
     * @param weight its part of all windows, in proportion to the others'
     */
    public record Text(String name, TokenStore tokens, double weight) {
        /** The name of a text beside which there is no other. */
        public static final String THE_ONLY = "the text";

        /** Throws {@link IllegalArgumentException} unless the weight is above 0 and finite. */
        public Text {
            Settings.require(weight > 0 && Double.isFinite(weight), "a weight is %s; it must be above 0", weight);
        }

        /** A text beside which there is no other. */
        public Text(TokenStore tokens, double weight) {
            this(THE_ONLY, tokens, weight);
        }
    }

    /** One document, of which the last tenth is held out. */
    public static TokenDataset of(int bos, int[] tokens, int time, long seed) {
        return new TokenDataset(List.of(new Text(TokenStore.of(bos, tokens), 1)), bos, bos, time, Sampling.USUAL, seed);
    }

    private Windows[] windows(List<TokenView> views, int bos, int eos, Borders borders) {
        return views.stream()
                .map(view -> switch (borders) {
                    case CROSSED -> new StreamWindows(view, time);
                    case KEPT -> new DocumentWindows(view, bos, eos, time);
                })
                .toArray(Windows[]::new);
    }

    private static int[] turns(List<Text> texts) {
        double all = texts.stream().mapToDouble(Text::weight).sum();
        int[] turns = new int[texts.size() + 1];
        double sum = 0;
        for (int i = 0; i < texts.size(); i++) {
            sum += texts.get(i).weight();
            turns[i + 1] = (int) Math.round(ROUND * sum / all);
            Settings.require(
                    turns[i + 1] > turns[i],
                    "%s has a weight of %s of %s in all, which is too small for it ever to be drawn; a text must have at least one of %s windows",
                    texts.get(i).name(),
                    texts.get(i).weight(),
                    all,
                    ROUND);
        }
        return turns;
    }

    /** Number of tokens to train on: what is predicted in an epoch. */
    public long trainingSize() {
        return trainingTokens.stream().mapToLong(view -> view.size() - 1).sum();
    }

    /** Number of tokens that are held out. */
    public long heldOutSize() {
        return heldOutTokens.stream().mapToLong(view -> view.size() - 1).sum();
    }

    /** Number of tokens of all texts, without those that stand around documents. */
    public long textTokens() {
        return texts.stream()
                .mapToLong(text -> text.tokens().size() - 1 - (text.tokens().documents() - 1) * tokensBetweenDocuments)
                .sum();
    }

    /** Number of documents. */
    public long documents() {
        return texts.stream().mapToLong(text -> text.tokens().documents()).sum();
    }

    /** Whether documents are held out, rather than the end of a text. */
    public boolean holdsOutDocuments() {
        return byDocuments;
    }

    /** What was noticed in the texts. */
    public TextCounts counts() {
        return texts.stream().map(text -> text.tokens().counts()).reduce(TextCounts.NONE, TextCounts::plus);
    }

    /** Of each text the tokens to train on, the one before the text first. */
    List<TokenView> trainingTokens() {
        return trainingTokens;
    }

    /** Of each text the token before the held-out ones, and these. */
    List<TokenView> heldOutTokens() {
        return heldOutTokens;
    }

    /**
     * All held-out tokens in memory, behind the token that the first is predicted from; another text begins as a
     * document does.
     *
     * @throws IllegalArgumentException when they are more than an array holds
     */
    public TokenStore heldOutText() {
        long size = heldOutSize() + heldOutTokens.size() - 1;
        Settings.require(
                size < Integer.MAX_VALUE / Integer.BYTES,
                "%s tokens are held out, which is more than is read at once; at most %s are",
                size,
                Integer.MAX_VALUE / Integer.BYTES);
        int[] tokens = new int[(int) size];
        int at = 0;
        for (TokenView view : heldOutTokens) {
            if (at > 0) {
                tokens[at++] = bos;
            }
            int count = (int) view.size() - 1;
            view.read(1, count, tokens, at);
            at += count;
        }
        return TokenStore.ofPart(heldOutTokens.getFirst().get(0), bos, tokens);
    }

    /** How many held-out windows a validation has: all, or so many that lie at equal distances. */
    public long evaluationWindows() {
        return evaluated;
    }

    /** Mean bytes of UTF-8 of the tokens that a validation predicts. */
    public double heldOutBytesPerToken(Tokenizer tokenizer) {
        int[] tokens = new int[time];
        int[] targets = new int[time];
        long bytes = 0;
        long count = 0;
        for (long window = 0; window < evaluated; window++) {
            heldOutWindow(window, tokens, targets, 0);
            int predicted = predicted(targets);
            bytes += tokenizer.decodeBytes(
                            Arrays.stream(targets).filter(target -> target >= 0).toArray())
                    .length;
            count += predicted;
        }
        return (double) bytes / count;
    }

    /**
     * Fills a batch with windows of the training part; allocates nothing. In epochs no token is predicted twice before
     * nearly all have been.
     *
     * @param first number of the first window, counted from the start of the run
     * @param tokens (B·T), overwritten
     * @param targets (B·T), overwritten with the token after each, or -1 where none is predicted
     */
    public void sample(long first, int[] tokens, int[] targets) {
        for (int i = 0; i < tokens.length / time; i++) {
            sample(first + i, tokens, targets, i * time);
        }
    }

    private void sample(long window, int[] tokens, int[] targets, int at) {
        if (training.length == 1) {
            sample(training[0], window, seed, tokens, targets, at);
            return;
        }
        long round = window / ROUND;
        // Whose turn it is, and how many turns of the round that text has had.
        int turn = (int) KeyedPermutation.at(window % ROUND, ROUND, SplitMix.mix(seed - 1) + round);
        int text = 0;
        while (turn >= turns[text + 1]) {
            text++;
        }
        long before = round * (turns[text + 1] - turns[text]);
        sample(training[text], before + turn - turns[text], SplitMix.mix(seed) + text, tokens, targets, at);
    }

    private void sample(Windows windows, long window, long ownSeed, int[] tokens, int[] targets, int at) {
        long count = windows.count();
        switch (order) {
            case EPOCHS -> {
                long key = SplitMix.mix(SplitMix.mix(ownSeed) + window / count);
                windows.read(KeyedPermutation.at(window % count, count, key), key, tokens, targets, at);
            }
            case RANDOM -> {
                long key = SplitMix.mix(SplitMix.mix(ownSeed) + window);
                windows.read(Windows.below(count, key), SplitMix.mix(key), tokens, targets, at);
            }
        }
    }

    /**
     * Fills a batch with windows of a validation; allocates nothing. After the last, nothing is predicted.
     *
     * @param first number of the first window
     * @param tokens (B·T), overwritten
     * @param targets (B·T), overwritten with the token after each, or -1 where none is predicted
     * @return how many are predicted
     */
    public int heldOutBatch(long first, int[] tokens, int[] targets) {
        for (int i = 0; i < tokens.length / time; i++) {
            if (first + i < evaluated) {
                heldOutWindow(first + i, tokens, targets, i * time);
            } else {
                Arrays.fill(tokens, i * time, (i + 1) * time, tokens[0]);
                Arrays.fill(targets, i * time, (i + 1) * time, Windows.NOT_PREDICTED);
            }
        }
        return predicted(targets);
    }

    private void heldOutWindow(long window, int[] tokens, int[] targets, int at) {
        long index = window * allHeldOut / evaluated;
        int text = 0;
        while (index >= heldOut[text].countOfAll()) {
            index -= heldOut[text++].countOfAll();
        }
        heldOut[text].readOfAll(index, tokens, targets, at);
    }

    private static int predicted(int[] targets) {
        int count = 0;
        for (int target : targets) {
            count += target == Windows.NOT_PREDICTED ? 0 : 1;
        }
        return count;
    }
}
