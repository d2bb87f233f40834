package org.randygpt.bench.report;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Causal attention against the peak, and how its memory grows with the context. */
final class Attention implements Subject {
    private static final int VOCABULARY = 64;
    private static final int SHORT = 1024;
    private static final int LONG = 4096;

    /** Products of backward in units of forward's two: scores again, and the gradients of four matrices. */
    private static final double BACKWARD_WORK = 2.5;

    private static final List<AttentionShape> SHAPES =
            List.of(new AttentionShape(1, SHORT, 12, 64), new AttentionShape(32, 64, 8, 16));

    @Override
    public String title() {
        return "Attention";
    }

    @Override
    public Section measure(Setting setting) {
        List<Row> rows = new ArrayList<>();
        for (AttentionShape shape : SHAPES) {
            for (Workers team : setting.teams()) {
                rows.addAll(time(setting, team, shape));
            }
        }
        long few = bytesInUse(SHORT);
        long many = bytesInUse(LONG);
        rows.add(Row.of(
                        "memory of one layer at context %,d".formatted(LONG),
                        many / 1e6,
                        "MB",
                        new Ratio((double) many / few, "that at %,d".formatted(SHORT)))
                .asked("linear: 4.00"));
        return Section.of(
                title(),
                "Counted: the pairs of a position with itself and those before it, T(T + 1)/2; two products forward, five"
                        + " backward, which computes the scores again. Memory: of the heap, in use"
                        + " by a plan of one layer of width 768 after a pass forward and backward of one sequence.",
                rows);
    }

    private static List<Row> time(Setting setting, Workers team, AttentionShape shape) {
        int rows = shape.batch() * shape.time();
        Matrix qkv = Samples.matrix(rows, 3 * shape.width());
        Matrix out = Matrix.zeros(rows, shape.width());
        Matrix logSumExp = Matrix.zeros(shape.batch() * shape.heads(), shape.time());
        Matrix dOut = Samples.matrix(rows, shape.width());
        Matrix dQkv = Matrix.zeros(rows, 3 * shape.width());
        List<Kernels> kernels = ((Kernels.Factory) VectorKernels::new).team(team.count());
        double peak = MultiplyAddPeak.measure(team);
        Rounds rounds = Rounds.of(
                setting.extent(),
                () -> team.run(worker -> kernels.get(worker).attention(shape, qkv, out, logSumExp)),
                () -> team.run(worker ->
                        kernels.get(worker).attentionBackward(shape, qkv, out, logSumExp, dOut, dQkv, Store.REPLACE)));
        double flops = 2.0 * shape.batch() * shape.time() * (shape.time() + 1) * shape.width();
        String name = "context %,d, head size %d, %s".formatted(shape.time(), shape.headSize(), Setting.describe(team));
        return List.of(
                row(name + ", forward", flops / rounds.seconds(0), peak),
                row(name + ", backward", BACKWARD_WORK * flops / rounds.seconds(1), peak));
    }

    private static Row row(String name, double speed, double peak) {
        return Row.of(name, speed / 1e9, "GFLOP/s", new Ratio(speed / peak, "peak"));
    }

    /** Bytes that stay in use for a plan of one layer after passes forward and backward. */
    private static long bytesInUse(int context) {
        GptConfig config = new GptConfig(Architecture.GPT2, VOCABULARY, context, 768, 1, 12, Head.TIED, 1e-5f);
        Graph graph = Gpt.training(config, 1, context);
        Parameters parameters = new Parameters(graph);
        int[] tokens = Samples.tokens(context, VOCABULARY);
        try (Workers alone = new Workers(1)) {
            Heap.clean();
            long before = Heap.bytesInUse();
            CpuPlan plan = new CpuPlan(graph, parameters, alone, VectorKernels::new);
            try {
                var _ = plan.forward(tokens, tokens);
                plan.backward();
                Heap.clean();
                return Heap.bytesInUse() - before;
            } finally {
                Reference.reachabilityFence(plan);
            }
        }
    }
}
