package org.randygpt.train;

import java.util.Arrays;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.kernels.SplitMix;

/**
 * A text as tokens, its last tenth held out. The training part yields windows that depend only on the seed and the
 * step, so that a resumed run sees what an uninterrupted one would have seen.
 */
public final class TokenDataset {
    private static final int DECODED_AT_ONCE = 1 << 16;

    private final int[] training;
    private final int[] heldOut;

    private TokenDataset(int[] training, int[] heldOut) {
        this.training = training;
        this.heldOut = heldOut;
    }

    /**
     * Splits a text.
     *
     * @param bos token that stands before the text
     * @param tokens the text
     * @param context tokens of a window; a shorter tenth is held out where the training part would have no window
     * @throws IllegalArgumentException when the text is shorter than context + 1
     */
    public static TokenDataset split(int bos, int[] tokens, int context) {
        if (tokens.length < context + 1) {
            throw new IllegalArgumentException(
                    "the text has a length of %d tokens, but a context of %d needs at least %d; use a longer text or a shorter context"
                            .formatted(tokens.length, context, context + 1));
        }
        int held = Math.min(Math.max(1, tokens.length / 10), tokens.length - context);
        int boundary = tokens.length - held;
        int[] training = new int[boundary + 1];
        training[0] = bos;
        System.arraycopy(tokens, 0, training, 1, boundary);
        // The last training token is what the first held-out one is predicted from.
        return new TokenDataset(training, Arrays.copyOfRange(tokens, boundary - 1, tokens.length));
    }

    /** Number of tokens to train on. */
    public int trainingSize() {
        return training.length;
    }

    /** The training part, the token before the text first; the array itself. */
    int[] training() {
        return training;
    }

    /** The last token of the training part and the held-out ones; the array itself. */
    int[] heldOut() {
        return heldOut;
    }

    /** Bytes of the held-out tokens' text in UTF-8. */
    public long heldOutBytes(Tokenizer tokenizer) {
        long bytes = 0;
        for (int from = 1; from < heldOut.length; from += DECODED_AT_ONCE) {
            int to = Math.min(heldOut.length, from + DECODED_AT_ONCE);
            bytes += tokenizer.decodeBytes(Arrays.copyOfRange(heldOut, from, to)).length;
        }
        return bytes;
    }

    /** Number of held-out tokens that are predicted. */
    public int heldOutSize() {
        return heldOut.length - 1;
    }

    /**
     * Fills a batch with windows of the training part. These come in epochs: in each, windows lie one after the other
     * from a random place on, and come in a random order, so that no token is seen twice before nearly all have been
     * seen.
     *
     * @param first number of the first window, counted from the start of the run
     * @param tokens (B·T), overwritten
     * @param targets (B·T), overwritten with the token after each
     * @param time T
     */
    public void sample(long seed, long first, int time, int[] tokens, int[] targets) {
        int sequences = tokens.length / time;
        for (int i = 0; i < sequences; i++) {
            int start = start(seed, first + i, time);
            System.arraycopy(training, start, tokens, i * time, time);
            System.arraycopy(training, start + 1, targets, i * time, time);
        }
    }

    private int start(long seed, long window, int time) {
        int starts = training.length - time;
        int ofEpoch = Math.max(1, starts / time);
        long key = SplitMix.mix(SplitMix.mix(seed) + window / ofEpoch);
        int offset = below(starts - (ofEpoch - 1) * time, SplitMix.mix(key));
        return offset + time * KeyedPermutation.at((int) (window % ofEpoch), ofEpoch, key);
    }

    /**
     * Fills a batch with the held-out windows from number {@code window} on, one after the other without overlap.
     *
     * @return how many targets are real; those after them are filled up with the first token and not to be counted
     */
    public int heldOutBatch(int window, int time, int[] tokens, int[] targets) {
        int from = window * time;
        int count = Math.min(tokens.length, heldOutSize() - from);
        System.arraycopy(heldOut, from, tokens, 0, count);
        System.arraycopy(heldOut, from + 1, targets, 0, count);
        Arrays.fill(tokens, count, tokens.length, heldOut[0]);
        Arrays.fill(targets, count, targets.length, heldOut[0]);
        return count;
    }

    /** A number below {@code bound} from random bits. */
    private static int below(int bound, long bits) {
        return (int) Math.unsignedMultiplyHigh(bits, bound);
    }
}
