package org.randygpt.kernels;

import java.util.List;
import java.util.stream.IntStream;

/**
 * All arithmetic on matrices, forward and backward.
 *
 * <p>An instance belongs to one worker and does that worker's {@link Share} of each call: every worker makes the same
 * calls on its own instance with the same arguments, and meets the others at a barrier before anyone reads what was
 * written. The share splits outputs, never sums, so that results do not depend on the number of workers. A call that is
 * documented as "row by row" gives the same worker the same rows whenever the number of rows is the same, so such calls
 * may follow each other without a barrier.
 *
 * <p>The order of every sum is part of its definition, so that all implementations give the same bits (of NaN, whether
 * it is one), on vectors of any width, interpreted or compiled; only the products of {@link BlasKernels} do not:
 *
 * <ul>
 *   <li>An element of a matrix product is one chain of {@link Math#fma} in the order of K, starting from zero, from the
 *       bias or, where products are added, from the output. Sums over rows, as the gradients of biases and gains are,
 *       are such chains in the order of the rows: a batch in pieces gives the bits of the whole.
 *   <li>Sums over the elements of a row, or of a chunk, have 16 parts: element i is added to part i mod 16, in the
 *       order of i, by {@link Math#fma} if it is a product. Then the parts are added in halves: the last 8 to the first
 *       8, 4 to 4, 2 to 2 and 1 to 1.
 *   <li>So has {@link #matmulTransB} of a single row, where one chain for each element would keep vectors from being
 *       read as they lie.
 *   <li>{@link #attention} goes over the keys in blocks, as {@link ReferenceKernels} spells out.
 * </ul>
 *
 * <p>Shapes are checked when a graph is built; here they are only asserted. Outputs never overlap inputs. Except where
 * said otherwise, NaN in an input gives NaN in the outputs that depend on it.
 */
public interface Kernels {

    /** Makes one worker's kernels. */
    interface Factory {
        Kernels create(Share share);

        /** The kernels of every worker of a team, in order. */
        default List<Kernels> team(int workers) {
            return IntStream.range(0, workers)
                    .mapToObj(worker -> create(new Share(worker, workers)))
                    .toList();
        }
    }

    /** out (M, N) = or += a (M, K) · b (K, N). */
    void matmul(Matrix a, Matrix b, Matrix out, Store store);

    /** out (M, N) = a (M, K) · b (K, N) + bias (1, N) on every row. */
    void matmulBias(Matrix a, Matrix b, Matrix bias, Matrix out);

    /** out (M, N) = or += a (M, K) · bᵀ, b (N, K). */
    void matmulTransB(Matrix a, Matrix b, Matrix out, Store store);

    /** out (M, N) = or += aᵀ · b, a (K, M), b (K, N). */
    void matmulTransA(Matrix a, Matrix b, Matrix out, Store store);

    /** The gradients of out = x · weight + bias: dWeight (K, N) += xᵀ · dOut, and dBias (1, N) += the rows of dOut. */
    void affineGradients(Matrix x, Matrix dOut, Matrix dWeight, Matrix dBias);

    /**
     * out = or += x, element by element, of which a share of about {@code rate}, chosen by the key and the element's
     * index, is left out, and the rest multiplied with 1 / (1 - rate). Called with the same key on the gradient of the
     * output it gives that of the input. NaN and infinity that are left out give NaN.
     */
    void dropout(float rate, long key, Matrix x, Matrix out, Store store);

    /**
     * The key with which {@link #dropout} treats each element i as it treats element first + i with another key, so
     * that a matrix may be computed in parts. Indices are counted modulo 2³².
     */
    static long dropoutKeyFrom(int first, long key) {
        return Dropout.keyFrom(first, key);
    }

    /** out = 0, element by element. */
    void clear(Matrix out);

    /** out = a + b, element by element. */
    void add(Matrix a, Matrix b, Matrix out);

    /** out = alpha · x + beta · y, element by element: fma(alpha, x, beta · y). The output may be one of the inputs. */
    void scaledSum(float alpha, Matrix x, float beta, Matrix y, Matrix out);

    /** out = or += x, element by element. */
    void copy(Matrix x, Matrix out, Store store);

    /** out[i] = or += table[rows[i]] for each row i of out (M, C), row by row. */
    void gatherRows(int[] rows, Matrix table, Matrix out, Store store);

    /** dTable[rows[i]] += dOut[i] for each row i of dOut (M, C), in order of i. */
    void scatterRows(int[] rows, Matrix dOut, Matrix dTable);

    /** out = f(x), element by element. */
    void activation(Activation f, Matrix x, Matrix out);

    /** dX = or += dOut · f'(x), and out = f(x) once more, element by element. */
    void activationBackward(Activation f, Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out);

    /**
     * out (M, C) = (x - mean) · inverse deviation · gain + bias, row by row (Ba et al. 2016).
     *
     * @param statistics (M, 2), overwritten with each row's mean and 1/√(variance + epsilon), which backward wants
     */
    void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix statistics);

    /** dX = or += the gradient of {@link #layerNorm} with respect to x, row by row. */
    void layerNormBackward(Matrix x, Matrix gain, Matrix statistics, Matrix dOut, Matrix dX, Store store);

    /** dGain += Σ dOut · x̂ and dBias += Σ dOut over the rows, both (1, C). */
    void layerNormGradients(Matrix x, Matrix statistics, Matrix dOut, Matrix dGain, Matrix dBias);

    /**
     * out (M, C) = x · inverse root mean square, row by row (Zhang and Sennrich 2019), without a gain.
     *
     * @param inverseRms (M, 1), overwritten with each row's 1/√(mean of x² + epsilon)
     */
    void rmsNorm(Matrix x, float epsilon, Matrix out, Matrix inverseRms);

    /** dX = or += the gradient of {@link #rmsNorm}, row by row. */
    void rmsNormBackward(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dX, Store store);

    /**
     * out (M, C) = {@link #rmsNorm} of x times a gain (1, C), row by row.
     *
     * @param inverseRms (M, 1), overwritten with each row's 1/√(mean of x² + epsilon)
     */
    void scaledRmsNorm(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverseRms);

    /** dX = or += the gradient of {@link #scaledRmsNorm} with respect to x, row by row. */
    void scaledRmsNormBackward(Matrix x, Matrix gain, Matrix inverseRms, Matrix dOut, Matrix dX, Store store);

    /** dGain (1, C) += Σ dOut · x · inverse root mean square over the rows. */
    void scaledRmsNormGradient(Matrix x, Matrix inverseRms, Matrix dOut, Matrix dGain);

    /**
     * out = qkv with each head's queries and keys normalized by themselves, as {@link #scaledRmsNorm} does, row by row;
     * values are copied.
     *
     * @param qkv (B·T, (H + 2G)·D)
     * @param gains (2, D): the gain of queries, then that of keys
     * @param inverseRms (B·T, H + G), overwritten, of the queries and then the keys
     */
    void headRmsNorm(AttentionShape shape, Matrix qkv, Matrix gains, float epsilon, Matrix out, Matrix inverseRms);

    /** dQkv = or += the gradient of {@link #headRmsNorm} with respect to qkv, row by row. */
    void headRmsNormBackward(
            AttentionShape shape, Matrix qkv, Matrix gains, Matrix inverseRms, Matrix dOut, Matrix dQkv, Store store);

    /** dGains (2, D) += Σ dOut · x · inverse root mean square over the heads of the rows, row after row. */
    void headRmsNormGradients(AttentionShape shape, Matrix qkv, Matrix inverseRms, Matrix dOut, Matrix dGains);

    /**
     * out (M, N) = silu(gate) · up, row by row, but element by element of a single row (Shazeer 2020).
     *
     * @param x (M, 2N): the gates, then what they let through
     */
    void swiglu(Matrix x, Matrix out);

    /** dX (M, 2N) = or += the gradient of {@link #swiglu}, and out once more; shared out in the same way. */
    void swigluBackward(Matrix x, Matrix dOut, Matrix dX, Store store, Matrix out);

    /**
     * out = qkv with each head's queries and keys turned by the angles of their positions, row by row (Su et al. 2021):
     * element i of the first half of a head and of the second, (a, b), become (a · cos - b · sin, b · cos + a · sin).
     * Values are copied.
     *
     * @param qkv (B·T, (H + 2G)·D)
     * @param positions B·T rows of the table
     * @param table of {@link RotaryTable}, D columns
     */
    void rotate(AttentionShape shape, Matrix qkv, int[] positions, Matrix table, Matrix out);

    /** dQkv = or += the gradient of {@link #rotate}, row by row. */
    void rotateBackward(AttentionShape shape, int[] positions, Matrix table, Matrix dOut, Matrix dQkv, Store store);

    /**
     * out (B·T, C) = each head's softmax(q·kᵀ/√D, over the keys at and before the query's position) · v.
     *
     * <p>An infinity or NaN at a position may also reach positions shortly before it (0 · NaN); finite numbers cannot.
     *
     * @param qkv (B·T, (H + 2G)·D)
     * @param logSumExp (B·H, T), overwritten with the binary logarithm of each query's sum of exponentials
     */
    void attention(AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp);

    /**
     * dQkv = or += the gradient of {@link #attention}; probabilities are computed again from logSumExp. The gradients
     * of keys and values that several heads use are theirs added one after the other.
     *
     * @param out (B·T, C), what attention wrote
     */
    void attentionBackward(
            AttentionShape shape, Matrix qkv, Matrix out, Matrix logSumExp, Matrix dOut, Matrix dQkv, Store store);

    /**
     * Keys and values of new positions of one sequence (B = 1) join its cache.
     *
     * @param qkv (T, (H + 2G)·D)
     * @param position of the first row
     * @param cache ({@link KeyValueCache#rows}, G·D)
     */
    void extendCache(AttentionShape shape, Matrix qkv, int position, Matrix cache);

    /**
     * {@link #attention} of the newest position of one sequence (B = T = 1): to itself and to those before it, all of
     * which are in the cache.
     *
     * @param qkv (1, (H + 2G)·D), of which the query is read
     * @param cache ({@link KeyValueCache#rows}, G·D)
     */
    void cachedAttention(AttentionShape shape, Matrix qkv, int position, Matrix cache, Matrix out);

    /**
     * The negative log-likelihood of each row's target under softmax(logits), in nats, row by row; 0 where the target
     * is {@link #NOT_PREDICTED}.
     *
     * @param logits (M, V)
     * @param targets M indices below V, or {@link #NOT_PREDICTED}
     * @param losses (M, 1), overwritten
     * @param logSumExp (M, 1), overwritten
     */
    void crossEntropy(Matrix logits, int[] targets, Matrix losses, Matrix logSumExp);

    /**
     * dLogits = or += (softmax(logits) - one at the target) / M, row by row, or 0 where there is no target: the
     * gradient of the mean loss of all rows.
     */
    void crossEntropyBackward(Matrix logits, int[] targets, Matrix logSumExp, Matrix dLogits, Store store);

    /** A target that is none: as PyTorch's {@code ignore_index}. */
    int NOT_PREDICTED = -1;

    /** Elements whose squares are summed together by {@link #sumSquares}. */
    int SQUARES_CHUNK = 4096;

    /** sums[i] = the sum of squares of x's i-th run of {@link #SQUARES_CHUNK} elements. */
    void sumSquares(Matrix x, Matrix sums);

    /**
     * One AdamW update, element by element: both moments and the values are overwritten.
     *
     * @param decay decoupled weight decay: values lose the fraction learningRate · decay
     */
    void adamW(AdamWStep step, float decay, AdamWState state);

    /**
     * What AdamW changes and reads: four blocks of one shape.
     *
     * @param values the weights
     * @param gradients of the loss
     * @param firstMoment running mean of the gradients
     * @param secondMoment running mean of their squares
     */
    record AdamWState(Matrix values, Matrix gradients, Matrix firstMoment, Matrix secondMoment) {}
}
