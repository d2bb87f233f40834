package org.randygpt.train;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.randygpt.core.graph.CpuPlan;
import org.randygpt.core.graph.Op;
import org.randygpt.core.graph.Parameter;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.graph.Tensor;
import org.randygpt.core.graph.Tensor.Kind;
import org.randygpt.kernels.Matrix;

/** Finds where numbers break down, for people to read. */
final class Breakdown {
    private static final Pattern LAYER = Pattern.compile("\\.(\\d+)\\.");

    private Breakdown() {}

    /** Goes through the last forward pass again. */
    static String ofLoss(CpuPlan plan, float loss) {
        OptionalInt first = plan.firstNotFinite();
        if (first.isEmpty()) {
            return "the loss is %s".formatted(loss);
        }
        List<Op> ops = plan.graph().ops();
        Op op = ops.get(first.getAsInt());
        // Only parameters tell the layer by their names: those of the operation, or of one before it.
        String near = "";
        for (Op each : ops.subList(0, first.getAsInt() + 1)) {
            for (Tensor input : each.inputs()) {
                near = input.kind() == Kind.PARAMETER ? input.name() : near;
            }
        }
        String what = op.getClass().getSimpleName();
        return "the loss is %s, and the first activation that is not finite is that of %s (%s)%s"
                .formatted(loss, op.output().name(), what, layer(near));
    }

    /** Backward goes from the last parameter to the first: the last one is where it began. */
    static String ofGradients(Parameters parameters) {
        Parameter found = null;
        for (Parameter parameter : parameters.declared().values()) {
            found = isFinite(parameter.in(parameters.gradients())) ? found : parameter;
        }
        return found == null
                ? "the sum of the squares of all gradients is beyond a float"
                : "the gradient of %s is not finite%s"
                        .formatted(found.tensor().name(), layer(found.tensor().name()));
    }

    static String ofWeights(Parameters parameters) {
        for (Parameter parameter : parameters.declared().values()) {
            if (!isFinite(parameter.in(parameters.values()))) {
                String name = parameter.tensor().name();
                return "after the update, the weight %s is not finite%s".formatted(name, layer(name));
            }
        }
        return "after the update, the sum of the squares of all weights is beyond a float";
    }

    private static boolean isFinite(Matrix matrix) {
        for (int i = 0; i < matrix.size(); i++) {
            if (!Float.isFinite(matrix.data()[matrix.offset() + i])) {
                return false;
            }
        }
        return true;
    }

    private static String layer(String name) {
        Matcher matcher = LAYER.matcher(name);
        return matcher.find() ? ", in layer " + matcher.group(1) : "";
    }
}
