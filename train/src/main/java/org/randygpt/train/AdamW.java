package org.randygpt.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.randygpt.core.checkpoint.Safetensors.Block;
import org.randygpt.core.graph.Parameter.Role;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.graph.Parameters.Range;
import org.randygpt.kernels.AdamWStep;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Kernels.AdamWState;
import org.randygpt.kernels.Matrix;
import org.randygpt.train.Optimizer.Moments;

/** AdamW (Loshchilov and Hutter 2019) of the weights of some roles, each at the rate of its role. */
final class AdamW implements UpdateRule {
    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";

    private final Parameters parameters;
    private final Moments moments;
    private final Set<Role> roles;
    private final List<Kernels> kernels;
    private final Group[] groups;

    /** Weights that share their rate and decay. */
    private record Group(AdamWStep numbers, float peak, float decay, AdamWState[] blocks) {}

    AdamW(OptimizerConfig config, Parameters parameters, Moments moments, Set<Role> roles, List<Kernels> kernels) {
        this.parameters = parameters;
        this.moments = moments;
        this.roles = roles;
        this.kernels = kernels;
        List<Group> all = new ArrayList<>();
        for (Role role : roles) {
            AdamWState[] blocks = parameters.ranges(parameter -> parameter.role() == role).stream()
                    .map(range -> new AdamWState(
                            block(parameters.values(), range),
                            block(parameters.gradients(), range),
                            block(moments.first(), range),
                            block(moments.second(), range)))
                    .toArray(AdamWState[]::new);
            all.add(new Group(
                    new AdamWStep(config.beta1(), config.beta2(), config.epsilon()),
                    config.peak(role),
                    role == Role.VECTOR ? 0 : config.weightDecay(),
                    blocks));
        }
        groups = all.toArray(Group[]::new);
    }

    @Override
    public void prepare(long step, double rate, float gradientScale) {
        for (Group group : groups) {
            group.numbers.set(step + 1, (float) (rate * group.peak), gradientScale);
        }
    }

    @Override
    public void apply(int worker) {
        Kernels mine = kernels.get(worker);
        for (Group group : groups) {
            for (AdamWState block : group.blocks) {
                mine.adamW(group.numbers, group.decay, block);
            }
        }
    }

    @Override
    public SequencedMap<String, Block> state() {
        SequencedMap<String, Block> state = new LinkedHashMap<>();
        parameters.declared().forEach((name, parameter) -> {
            if (roles.contains(parameter.role())) {
                state.put(FIRST + name, new Block(parameter.shape(), parameter.in(moments.first())));
                state.put(SECOND + name, new Block(parameter.shape(), parameter.in(moments.second())));
            }
        });
        return state;
    }

    private static Matrix block(float[] array, Range range) {
        return new Matrix(array, range.from(), 1, range.to() - range.from());
    }
}
