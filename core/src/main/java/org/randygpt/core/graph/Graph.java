package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Tensor.Kind;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.KeyValueCache;
import org.randygpt.kernels.Matrix;

/**
 * A recorded model: its parameters, tensors and operations, in order. Each method that makes an operation checks the
 * shapes, records it and returns its output.
 */
public final class Graph {
    private final int batch;
    private final int time;
    private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Integer> parameterOffsets = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private int parameterCount;

    /** An empty graph over {@code batch} sequences of {@code time} positions. */
    public Graph(int batch, int time) {
        require(batch >= 1 && time >= 1, "%s sequences of %s positions are no batch", batch, time);
        require((long) batch * time < Integer.MAX_VALUE, "%s sequences of %s positions are too many", batch, time);
        this.batch = batch;
        this.time = time;
    }

    /** Declares a table of embeddings, one row each. */
    public Tensor table(String name, int rows, int cols, Init init) {
        return parameter(name, Role.EMBEDDING, false, 1, rows, cols, init);
    }

    /** Declares a weight matrix between activations, for {@link #linear}. */
    public Tensor matrix(String name, int rows, int cols, Init init) {
        return parameter(name, Role.HIDDEN, false, 1, rows, cols, init);
    }

    /**
     * Declares {@code parts} weight matrices of equal shape, side by side in the columns of one, for {@link #affine}.
     */
    public Tensor transposedMatrix(String name, int parts, int rows, int cols, Init init) {
        require(cols % parts == 0, "%s columns do not divide into %s parts", cols, parts);
        return parameter(name, Role.HIDDEN, true, parts, rows, cols, init);
    }

    /** Declares an output matrix, one row for each token. */
    public Tensor headMatrix(String name, int rows, int cols, Init init) {
        return parameter(name, Role.HEAD, false, 1, rows, cols, init);
    }

    /** Declares a weight vector: a bias or a gain. */
    public Tensor vector(String name, int size, Init init) {
        return parameter(name, Role.VECTOR, false, 1, 1, size, init);
    }

    /** Parameters that were declared one after the other, seen as one: their rows follow each other. */
    public Tensor stack(String name, Tensor... parts) {
        int offset = parameterOffsets.get(parts[0].id());
        int end = offset;
        int rows = 0;
        for (Tensor part : parts) {
            require(
                    part.cols() == parts[0].cols() && parameterOffsets.get(part.id()) == end,
                    "%s and %s do not lie one after the other with equal columns",
                    parts[0],
                    part);
            rows += part.rows();
            end += part.size();
        }
        return tensor(name, Kind.PARAMETER, rows, parts[0].cols(), offset);
    }

    /** (B·T, C): the sum of each token's row of {@code tokenTable} and its position's row of {@code positionTable}. */
    public Tensor embedding(Tensor tokenTable, Tensor positionTable) {
        require(tokenTable.cols() == positionTable.cols(), "%s and %s differ in width", tokenTable, positionTable);
        require(positionTable.rows() >= time, "%s has fewer than %s positions", positionTable, time);
        return record(new Embedding(tokenTable, positionTable, activation("embedding", tokenTable.cols())));
    }

    /** (B·T, C): each token's row of {@code tokenTable}. */
    public Tensor embedding(Tensor tokenTable) {
        return record(new TokenEmbedding(tokenTable, activation("embedding", tokenTable.cols())));
    }

    /** x · weightᵀ, weight (N, K). */
    public Tensor linear(Tensor x, Tensor weight) {
        require(x.cols() == weight.cols(), "%s does not fit the columns of %s", x, weight);
        return record(new Linear(x, weight, activation(weight.name(), weight.rows())));
    }

    /** x · weight + bias, weight (K, N). */
    public Tensor affine(Tensor x, Tensor weight, Tensor bias) {
        require(x.cols() == weight.rows(), "%s does not fit the rows of %s", x, weight);
        require(bias.rows() == 1 && bias.cols() == weight.cols(), "%s does not fit %s", bias, weight);
        return record(new Affine(x, weight, bias, activation(weight.name(), weight.cols())));
    }

    /** Layer norm with gain and bias over each row. */
    public Tensor layerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon) {
        require(gain.cols() == x.cols() && bias.cols() == x.cols(), "%s and %s do not fit", gain, x);
        Tensor statistics = tensor(gain.name() + " statistics", Kind.STATISTIC, x.rows(), 2, -1);
        return record(new LayerNorm(x, gain, bias, epsilon, statistics, activation(gain.name(), x.cols())));
    }

    /** RMS norm without a gain over each row. */
    public Tensor rmsNorm(Tensor x, float epsilon) {
        Tensor inverseRms = tensor("inverse rms", Kind.STATISTIC, x.rows(), 1, -1);
        return record(new RmsNorm(x, epsilon, inverseRms, activation("rms norm", x.cols())));
    }

    /** RMS norm with a gain over each row. */
    public Tensor rmsNorm(Tensor x, Tensor gain, float epsilon) {
        require(gain.rows() == 1 && gain.cols() == x.cols(), "%s and %s do not fit", gain, x);
        Tensor inverseRms = tensor(gain.name() + " inverse rms", Kind.STATISTIC, x.rows(), 1, -1);
        return record(new ScaledRmsNorm(x, gain, epsilon, inverseRms, activation(gain.name(), x.cols())));
    }

    /**
     * qkv (B·T, (H + 2G)·D) with each head's queries and keys normalized as {@link #rmsNorm} does; gains (2, D) are
     * that of queries and that of keys.
     */
    public Tensor headRmsNorm(Tensor qkv, int heads, int keyValueHeads, Tensor gains, float epsilon) {
        AttentionShape shape = attentionShape(qkv, heads, keyValueHeads);
        require(gains.rows() == 2 && gains.cols() == shape.headSize(), "%s and %s do not fit", gains, qkv);
        Tensor inverseRms =
                tensor(gains.name() + " inverse rms", Kind.STATISTIC, qkv.rows(), heads + keyValueHeads, -1);
        return record(new HeadRmsNorm(shape, qkv, gains, epsilon, inverseRms, activation(gains.name(), qkv.cols())));
    }

    /** f(x), element by element. */
    public Tensor activate(Activation f, Tensor x) {
        return record(new Activate(f, x, activation(f.name().toLowerCase(Locale.ROOT), x.cols())));
    }

    /** silu(gate) · up: x (B·T, 2N) holds the gates, then what they let through. */
    public Tensor swiglu(Tensor x) {
        require(x.cols() % 2 == 0, "the columns of %s are no two halves of %s", x, x.cols());
        return record(new Swiglu(x, activation("swiglu", x.cols() / 2)));
    }

    /** The angles of rotary positions for heads of {@code headSize}, from 0 up to {@code positions}. */
    public RotaryAngles rotaryAngles(int positions, int headSize, float base) {
        require(
                headSize % 2 == 0,
                "heads of %s have no two halves that a rotation could turn (base %s)",
                headSize,
                base);
        return new RotaryAngles(tensor("rotary table", Kind.STATISTIC, positions, headSize, -1), base);
    }

    /** qkv (B·T, (H + 2G)·D) with its queries and keys turned by the angles of their positions. */
    public Tensor rotate(Tensor qkv, int heads, int keyValueHeads, RotaryAngles angles) {
        AttentionShape shape = attentionShape(qkv, heads, keyValueHeads);
        Tensor table = angles.table();
        require(table.cols() == shape.headSize() && table.rows() >= time, "%s does not fit %s", table, qkv);
        return record(new Rotate(shape, qkv, angles, activation("rotated", qkv.cols())));
    }

    /** Causal self-attention within each sequence; qkv (B·T, (H + 2G)·D). */
    public Tensor causalAttention(Tensor qkv, int heads, int keyValueHeads) {
        AttentionShape shape = attentionShape(qkv, heads, keyValueHeads);
        Tensor logSumExp = tensor("attention log-sum-exp", Kind.STATISTIC, batch * heads, time, -1);
        return record(new CausalAttention(shape, qkv, logSumExp, activation("attention", shape.width())));
    }

    /**
     * A cache of up to {@code context} positions that the keys and values of qkv (T, (H + 2G)·D) have joined; B = 1.
     */
    public Tensor extendCache(Tensor qkv, int heads, int keyValueHeads, int context) {
        require(batch == 1 && time <= context, "%s x %s positions do not fit a cache", batch, time);
        AttentionShape shape = attentionShape(qkv, heads, keyValueHeads);
        int rows = KeyValueCache.rows(context);
        Tensor cache = tensor("key-value cache", Kind.CACHE, rows, shape.keyValueWidth(), -1);
        return record(new ExtendCache(shape, qkv, cache));
    }

    /** Attention of the newest position to those in the cache; for graphs of B = T = 1. */
    public Tensor cachedAttention(Tensor qkv, Tensor cache, int heads, int keyValueHeads) {
        require(batch == 1 && time == 1, "attention to a cache is for one position, not %s x %s", batch, time);
        AttentionShape shape = attentionShape(qkv, heads, keyValueHeads);
        require(cache.kind() == Kind.CACHE && cache.cols() == shape.keyValueWidth(), "%s does not fit %s", cache, qkv);
        return record(new CachedAttention(shape, qkv, cache, activation("attention", shape.width())));
    }

    /** x with a share of its elements left out in each pass, and the rest enlarged. */
    public Tensor dropout(Tensor x, float rate) {
        require(rate > 0 && rate < 1, "dropout of %s leaves out a share of %s; it must lie in (0, 1)", x, rate);
        return record(new Dropout(x, rate, activation("dropout", x.cols())));
    }

    /** a + b. */
    public Tensor add(Tensor a, Tensor b) {
        require(a.rows() == b.rows() && a.cols() == b.cols(), "%s and %s differ in shape", a, b);
        require(a.id() != b.id(), "%s + %s would write one gradient twice", a, b);
        return record(new Add(a, b, activation("residual", a.cols())));
    }

    /** (B·T, 1): each position's loss in nats; the pass ends here. */
    public Tensor crossEntropy(Tensor logits) {
        Tensor logSumExp = tensor("log-sum-exp", Kind.STATISTIC, logits.rows(), 1, -1);
        return record(new CrossEntropy(logits, logSumExp, tensor("loss", Kind.ACTIVATION, logits.rows(), 1, -1)));
    }

    /** Number of sequences, B. */
    public int batch() {
        return batch;
    }

    /** Positions of a sequence, T. */
    public int time() {
        return time;
    }

    /** The operations in the order of the forward pass. */
    public List<Op> ops() {
        return Collections.unmodifiableList(ops);
    }

    /** All tensors; a tensor's id is its index. */
    public List<Tensor> tensors() {
        return Collections.unmodifiableList(tensors);
    }

    /** The declared parameters by name, in order. */
    public SequencedMap<String, Parameter> parameters() {
        return Collections.unmodifiableSequencedMap(parameters);
    }

    /** Number of learnt numbers. */
    public int parameterCount() {
        return parameterCount;
    }

    /** Where a parameter, or a stack of them, begins in {@link Parameters#values}. */
    int parameterOffset(Tensor tensor) {
        return parameterOffsets.get(tensor.id());
    }

    private Tensor parameter(String name, Role role, boolean transposed, int parts, int rows, int cols, Init init) {
        require(!parameters.containsKey(name), "the parameter %s is declared twice (%s columns)", name, cols);
        int offset = Math.addExact(Matrix.ALIGNED_START, parameterCount);
        Tensor tensor = tensor(name, Kind.PARAMETER, rows, cols, offset);
        parameters.put(name, new Parameter(tensor, role, transposed, parts, offset, init));
        parameterCount = Math.addExact(parameterCount, tensor.size());
        return tensor;
    }

    private Tensor activation(String name, int cols) {
        return tensor(name, Kind.ACTIVATION, batch * time, cols, -1);
    }

    private Tensor tensor(String name, Kind kind, int rows, int cols, int parameterOffset) {
        Tensor tensor = new Tensor(tensors.size(), name, kind, rows, cols);
        tensors.add(tensor);
        parameterOffsets.add(parameterOffset);
        return tensor;
    }

    private AttentionShape attentionShape(Tensor qkv, int heads, int keyValueHeads) {
        require(heads % keyValueHeads == 0, "%s heads do not divide among %s key/value heads", heads, keyValueHeads);
        int all = heads + 2 * keyValueHeads;
        require(qkv.cols() % all == 0, "the columns of %s do not divide into those of %s heads", qkv, all);
        return new AttentionShape(batch, time, heads, keyValueHeads, qkv.cols() / all);
    }

    private Tensor record(Op op) {
        ops.add(op);
        return op.output();
    }

    private static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }
}
