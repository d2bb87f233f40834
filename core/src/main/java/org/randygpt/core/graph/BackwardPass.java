package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.randygpt.core.graph.Tensor.Kind;

/**
 * In which order a graph's operations run backward, and which gradients are one and the same block.
 *
 * <p>Operations go backward in reverse. Where the operation before it writes its output again as it goes backward, an
 * operation that reads this output only for its parameters' gradients computes these after that: nobody needs to keep
 * the output from forward until then.
 */
final class BackwardPass {
    /**
     * What runs between two meetings of the workers: an operation's gradients of its inputs, its parameters or both.
     */
    record Step(int op, boolean ofInputs, boolean ofParameters) {}

    private final List<Op> ops;
    private final int[] owners;
    private final List<Step> steps = new ArrayList<>();
    private final boolean[] restored;

    BackwardPass(Graph graph) {
        ops = graph.ops();
        owners = residualOwners(graph);
        restored = new boolean[graph.tensors().size()];
        for (int i = ops.size() - 1; i >= 0; i--) {
            boolean later = i > 0 && waitsFor(i - 1, i);
            boolean awaited = i < ops.size() - 1 && waitsFor(i, i + 1);
            steps.add(new Step(i, true, !later));
            if (awaited) {
                steps.add(new Step(i + 1, false, true));
                restored[ops.get(i).output().id()] = true;
            }
        }
    }

    /** The steps in order. */
    List<Step> steps() {
        return steps;
    }

    /** Whether an activation is written again by its operation's backward before anyone reads it there. */
    boolean isRestored(Tensor tensor) {
        return restored[tensor.id()];
    }

    /** The id of the tensor whose gradient is also that of this one, mostly itself. */
    int gradientOwner(Tensor tensor) {
        return owners[tensor.id()];
    }

    /** Whether the gradients of an operation's parameters wait until the one before it has gone backward. */
    private boolean waitsFor(int before, int at) {
        Op maker = ops.get(before);
        Op op = ops.get(at);
        Tensor made = maker.output();
        return maker.restoresOutput()
                && op.keptForParameters().contains(made)
                && ops.stream()
                                .filter(other -> other.keptForParameters().contains(made)
                                        || other.keptForBackward().contains(made))
                                .count()
                        == 1
                && maker.inputs().stream().noneMatch(input -> gradientOwner(input) == gradientOwner(op.output()));
    }

    /**
     * For each tensor the one whose gradient it shares, mostly itself. A residual connection a + b and both its inputs
     * share one where that is safe, so that its backward has nothing to do. That needs b to be made by the very
     * operation before, from something else than a, whose backward is then done with the gradient before anyone adds to
     * that of a, and nobody else to use b, nor to use a after the connection.
     */
    private static int[] residualOwners(Graph graph) {
        List<Op> ops = graph.ops();
        int[] owners = new int[graph.tensors().size()];
        Arrays.setAll(owners, id -> id);
        for (int i = ops.size() - 1; i > 0; i--) {
            if (ops.get(i) instanceof Add add
                    && ops.get(i - 1).output().equals(add.b())
                    && !ops.get(i - 1).inputs().contains(add.a())
                    && isLastUse(ops, add.a(), i)
                    && isLastUse(ops, add.b(), i)) {
                owners[add.a().id()] = owners[add.output().id()];
                owners[add.b().id()] = owners[add.output().id()];
            }
        }
        return owners;
    }

    private static boolean isLastUse(List<Op> ops, Tensor tensor, int at) {
        return tensor.kind() == Kind.ACTIVATION
                && ops.subList(at + 1, ops.size()).stream()
                        .noneMatch(op -> op.inputs().contains(tensor));
    }
}
