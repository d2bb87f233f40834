package org.randygpt.core.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.randygpt.core.graph.CpuPlan.OpTime;

/**
 * Operations of one kind and shape, and the time of all of them together.
 *
 * @param label kind and shape, for people
 * @param count how many there are
 * @param flops floating-point operations of their matrix products in a forward pass; backward does twice as many
 * @param bytes of what a forward pass reads and writes, each tensor once
 * @param forwardNanos time forward
 * @param backwardNanos time backward
 */
public record OpGroup(String label, int count, long flops, long bytes, long forwardNanos, long backwardNanos) {

    /** Groups in the order of their first operations. */
    public static List<OpGroup> of(List<OpTime> times) {
        Map<String, OpGroup> groups = new LinkedHashMap<>();
        for (OpTime time : times) {
            Op op = time.op();
            String label = label(op);
            OpGroup one = new OpGroup(label, 1, op.flops(), bytes(op), time.forwardNanos(), time.backwardNanos());
            groups.merge(label, one, OpGroup::plus);
        }
        return List.copyOf(groups.values());
    }

    private OpGroup plus(OpGroup other) {
        return new OpGroup(
                label,
                count + other.count,
                flops + other.flops,
                bytes + other.bytes,
                forwardNanos + other.forwardNanos,
                backwardNanos + other.backwardNanos);
    }

    private static String label(Op op) {
        Tensor input = op.inputs().getFirst();
        return "%-15s %d x %d -> %d"
                .formatted(
                        op.getClass().getSimpleName(),
                        input.rows(),
                        input.cols(),
                        op.output().cols());
    }

    private static long bytes(Op op) {
        long numbers = op.output().size()
                + op.inputs().stream().mapToLong(Tensor::size).sum();
        return Float.BYTES * numbers;
    }

    /** Time forward and backward. */
    public long nanos() {
        return forwardNanos + backwardNanos;
    }
}
