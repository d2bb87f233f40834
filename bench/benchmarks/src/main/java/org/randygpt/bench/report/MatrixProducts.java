package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.randygpt.kernels.Blas;
import org.randygpt.kernels.BlasKernels;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.Store;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** Matrix products against the peak and against OpenBLAS. */
final class MatrixProducts implements Subject {
    private static final String STEP = "the step's products";
    private static final String GRADIENTS = "weight gradients";
    private static final String LARGE = "1024 x 1024 x 1024";
    private static final String ODD = "odd sizes";

    private static final List<Shape> SHAPES = List.of(
            new Shape(STEP, 2048, 384, 128),
            new Shape(STEP, 2048, 512, 128),
            new Shape(STEP, 2048, 128, 512),
            new Shape(STEP, 2048, 128, 128),
            new Shape(GRADIENTS, 128, 512, 2048),
            new Shape(GRADIENTS, 512, 128, 2048),
            new Shape(LARGE, 1024, 1024, 1024),
            new Shape(ODD, 2048, 67, 128),
            new Shape(ODD, 1, 384, 128),
            new Shape(ODD, 3, 384, 128));

    /**
     * A product's size.
     *
     * @param group what it is summarized with
     * @param rows M
     * @param cols N
     * @param depth K, what is summed over
     */
    private record Shape(String group, int rows, int cols, int depth) {
        double flops() {
            return 2.0 * rows * cols * depth;
        }
    }

    /** Which side lies transposed. */
    private enum Form {
        PLAIN("a · b") {
            @Override
            void multiply(Kernels kernels, Matrix a, Matrix b, Matrix out) {
                kernels.matmul(a, b, out, Store.REPLACE);
            }
        },
        B_TRANSPOSED("a · bᵀ") {
            @Override
            void multiply(Kernels kernels, Matrix a, Matrix b, Matrix out) {
                kernels.matmulTransB(a, b, out, Store.REPLACE);
            }
        },
        A_TRANSPOSED("aᵀ · b") {
            @Override
            void multiply(Kernels kernels, Matrix a, Matrix b, Matrix out) {
                kernels.matmulTransA(a, b, out, Store.REPLACE);
            }
        };

        private final String formula;

        Form(String formula) {
            this.formula = formula;
        }

        abstract void multiply(Kernels kernels, Matrix a, Matrix b, Matrix out);
    }

    /**
     * One product on one team.
     *
     * @param shareOfPeak of multiply-adds, measured just before
     * @param ofBlas speed as a multiple of OpenBLAS's; empty without one
     */
    private record Result(Row row, double shareOfPeak, Optional<Double> ofBlas) {}

    @Override
    public String title() {
        return "Matrix products";
    }

    @Override
    public Section measure(Setting setting) {
        List<String> notes = new ArrayList<>();
        Optional<Blas> blas = blas(notes);
        List<Row> summary = new ArrayList<>();
        List<Row> details = new ArrayList<>();
        for (Workers team : setting.teams()) {
            Map<String, List<Result>> groups = new LinkedHashMap<>();
            for (Shape shape : SHAPES) {
                for (Form form : Form.values()) {
                    Result result = time(setting, team, shape, form, blas);
                    groups.computeIfAbsent(shape.group(), _ -> new ArrayList<>())
                            .add(result);
                    details.add(result.row());
                }
            }
            groups.forEach((group, results) ->
                    summary.add(summarize("%s, %s".formatted(group, Setting.describe(team)), results)));
        }
        return Section.of(
                        title(),
                        "M x N x K: out (M, N), sums over K; a transposed side is one that lies transposed in memory. Ours and"
                                + " OpenBLAS in turn, the peak just before; medians. The summary has the median over the"
                                + " products of a group.",
                        summary)
                .withDetails(details)
                .withNotes(notes);
    }

    private static Optional<Blas> blas(List<String> notes) {
        try {
            Blas found = Blas.find();
            notes.add("compared with " + found.description());
            return Optional.of(found);
        } catch (IOException absent) {
            notes.add("not compared with OpenBLAS: " + absent.getMessage());
            return Optional.empty();
        }
    }

    private static Result time(Setting setting, Workers team, Shape shape, Form form, Optional<Blas> blas) {
        Matrix a = form == Form.A_TRANSPOSED
                ? Samples.matrix(shape.depth(), shape.rows())
                : Samples.matrix(shape.rows(), shape.depth());
        Matrix b = form == Form.B_TRANSPOSED
                ? Samples.matrix(shape.cols(), shape.depth())
                : Samples.matrix(shape.depth(), shape.cols());
        Matrix out = Matrix.zeros(shape.rows(), shape.cols());
        List<Runnable> sides = new ArrayList<>();
        sides.add(product(team, VectorKernels::new, form, a, b, out));
        blas.ifPresent(library -> sides.add(product(team, share -> new BlasKernels(library, share), form, a, b, out)));
        double peak = MultiplyAddPeak.measure(team);
        Rounds rounds = Rounds.of(setting.extent(), sides.toArray(Runnable[]::new));
        double speed = shape.flops() / rounds.seconds(0);
        Optional<Double> ofBlas = blas.map(_ -> rounds.speed(0, 1));
        String name = "%d x %d x %d, %s, %s"
                .formatted(shape.rows(), shape.cols(), shape.depth(), form.formula, Setting.describe(team));
        return new Result(row(name, speed, speed / peak, ofBlas), speed / peak, ofBlas);
    }

    private static Runnable product(Workers team, Kernels.Factory factory, Form form, Matrix a, Matrix b, Matrix out) {
        List<Kernels> kernels = factory.team(team.count());
        return () -> team.run(worker -> form.multiply(kernels.get(worker), a, b, out));
    }

    private static Row summarize(String name, List<Result> results) {
        double speed = Rounds.median(
                results.stream().mapToDouble(result -> result.row().value()).toArray());
        double share =
                Rounds.median(results.stream().mapToDouble(Result::shareOfPeak).toArray());
        double[] ofBlas = results.stream()
                .flatMap(result -> result.ofBlas().stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        return row(
                name, speed * 1e9, share, ofBlas.length == 0 ? Optional.empty() : Optional.of(Rounds.median(ofBlas)));
    }

    private static Row row(String name, double speed, double shareOfPeak, Optional<Double> ofBlas) {
        List<Ratio> ratios = new ArrayList<>(List.of(new Ratio(shareOfPeak, "peak")));
        ofBlas.ifPresent(ratio -> ratios.add(new Ratio(ratio, "OpenBLAS")));
        return new Row(name, speed / 1e9, "GFLOP/s", ratios, "");
    }
}
