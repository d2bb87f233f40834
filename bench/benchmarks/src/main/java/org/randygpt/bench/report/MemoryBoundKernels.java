package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.AdamWStep;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Kernels.AdamWState;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Kernels that compute little, against a plain copy. */
final class MemoryBoundKernels implements Subject {
    private static final float EPSILON = 1e-5f;

    /**
     * One kernel.
     *
     * @param passes blocks that it must read plus blocks that it must write
     */
    private record Case(String name, int passes, Call call) {}

    /** A kernel with its arguments. */
    private interface Call {
        void run(Kernels kernels);
    }

    @Override
    public String title() {
        return "Elementwise kernels, norms and AdamW";
    }

    @Override
    public Section measure(Setting setting) throws IOException {
        Bandwidth memory = new Bandwidth();
        List<Case> cases = cases(memory);
        List<Row> rows = new ArrayList<>();
        for (Workers team : setting.teams()) {
            List<Kernels> kernels = ((Kernels.Factory) VectorKernels::new).team(team.count());
            for (Case each : cases) {
                Rounds rounds = Rounds.of(
                        setting.extent(),
                        () -> team.run(worker -> each.call().run(kernels.get(worker))),
                        () -> memory.copy(team));
                // A copy reads one block and writes one.
                double ofCopy = each.passes() / 2.0 * rounds.speed(0, 1);
                rows.add(Row.of(
                        "%s, %s".formatted(each.name(), Setting.describe(team)),
                        each.passes() * memory.bytes() / rounds.seconds(0) / 1e9,
                        "GB/s",
                        new Ratio(ofCopy, "copy")));
            }
        }
        return Section.of(
                title(),
                "Blocks of %d MB with rows of %d numbers. Counted: each block that the formula reads or writes, once,"
                                .formatted(memory.bytes() >> 20, Bandwidth.WIDTH)
                        + " as for the copy in turn with it: add 2 + 1, GELU 1 + 1, its backward 2 + 2, layer norm"
                        + " 1 + 1, its backward 2 + 1, the gradients of gain and bias 2 + 0, RMS norm 1 + 1, its"
                        + " backward 2 + 1, AdamW 4 + 3. A processor reads a line before it writes it: a third pass for the"
                        + " copy, none for AdamW, which has read what it writes, and so can be above 1.",
                rows);
    }

    private static List<Case> cases(Bandwidth memory) {
        Matrix x = memory.block();
        Matrix y = memory.block();
        Matrix out = memory.block();
        Matrix gain = Samples.matrix(1, Bandwidth.WIDTH);
        Matrix bias = Samples.matrix(1, Bandwidth.WIDTH);
        Matrix dGain = Matrix.zeros(1, Bandwidth.WIDTH);
        Matrix dBias = Matrix.zeros(1, Bandwidth.WIDTH);
        Matrix statistics = Matrix.zeros(x.rows(), 2);
        Matrix inverseRms = Matrix.zeros(x.rows(), 1);
        AdamWStep step = new AdamWStep(0.9f, 0.99f, 1e-8f);
        step.set(1, 1e-4f, 1);
        // AdamW takes roots of them.
        Matrix squares = memory.block();
        for (int i = 0; i < squares.size(); i++) {
            squares.data()[squares.offset() + i] *= squares.data()[squares.offset() + i];
        }
        Matrix again = memory.block();
        return List.of(
                new Case("add", 3, k -> k.add(x, y, out)),
                new Case("GELU", 2, k -> k.activation(Activation.GELU, x, out)),
                new Case(
                        "GELU backward",
                        4,
                        k -> k.activationBackward(Activation.GELU, x, y, out, Store.REPLACE, again)),
                new Case("layer norm", 2, k -> k.layerNorm(x, gain, bias, EPSILON, out, statistics)),
                new Case(
                        "layer norm backward", 3, k -> k.layerNormBackward(x, gain, statistics, y, out, Store.REPLACE)),
                new Case("layer norm gradients", 2, k -> k.layerNormGradients(x, statistics, y, dGain, dBias)),
                new Case("RMS norm", 2, k -> k.rmsNorm(x, EPSILON, out, inverseRms)),
                new Case("RMS norm backward", 3, k -> k.rmsNormBackward(x, inverseRms, y, out, Store.REPLACE)),
                new Case("AdamW", 7, k -> k.adamW(step, 0, new AdamWState(x, y, out, squares))));
    }
}
