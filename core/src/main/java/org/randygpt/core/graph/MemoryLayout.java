package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.randygpt.core.graph.Tensor.Kind;

/**
 * Which activations and gradients may lie in the same memory, for no two of them are wanted at the same time.
 *
 * <p>Time is counted in operations: forward of operation i is at i, its backward at 2n - 1 - i. An activation is wanted
 * from its forward until the last operation has read it, forward or backward; a gradient from the backward of the last
 * operation that reads the activation, which comes first, until the backward of the one that made it.
 */
public final class MemoryLayout {
    private static final int NO_SLOT = -1;

    private final int[] valueSlots;
    private final int[] gradientSlots;
    private final List<Slot> slots = new ArrayList<>();
    private long separateFloats;

    /** Whether tensors share memory. */
    public enum Reuse {
        BY_LIFETIME,
        /** Each has its own: what the sharing is tested against. */
        NONE
    }

    /** Memory that several tensors use one after the other. */
    private static final class Slot {
        private final int size;
        private final List<Use> uses = new ArrayList<>();

        Slot(int size) {
            this.size = size;
        }
    }

    /** One block of numbers, from the first moment at which it is wanted to the last. */
    private record Use(int[] table, List<Integer> ids, int size, int from, int to) {
        boolean overlaps(Use other) {
            return from <= other.to && other.from <= to;
        }
    }

    private MemoryLayout(int tensors) {
        valueSlots = new int[tensors];
        gradientSlots = new int[tensors];
        Arrays.fill(valueSlots, NO_SLOT);
        Arrays.fill(gradientSlots, NO_SLOT);
    }

    /** Lays out the activations of a graph and, if it ends in a loss, their gradients. */
    public static MemoryLayout of(Graph graph, Reuse reuse) {
        MemoryLayout layout = new MemoryLayout(graph.tensors().size());
        List<Use> uses = new ArrayList<>(layout.values(graph));
        if (graph.ops().getLast() instanceof CrossEntropy) {
            uses.addAll(layout.gradients(graph));
        }
        // The largest first: what comes later then fits into what is there.
        uses.sort(Comparator.comparingInt(Use::size).reversed());
        for (Use use : uses) {
            layout.place(use, reuse);
        }
        return layout;
    }

    /** Floats of each slot. */
    public int[] slotSizes() {
        return slots.stream().mapToInt(slot -> slot.size).toArray();
    }

    /** Bytes of all slots together. */
    public long bytes() {
        return Float.BYTES * slots.stream().mapToLong(slot -> slot.size).sum();
    }

    /** Bytes that the same tensors would take if each had its own. */
    public long separateBytes() {
        return Float.BYTES * separateFloats;
    }

    /** The slot of an activation's numbers, or -1 for a tensor of another kind. */
    int valueSlot(Tensor tensor) {
        return valueSlots[tensor.id()];
    }

    /** The slot of a tensor's gradient, or -1 where it has none in the plan's memory. */
    int gradientSlot(Tensor tensor) {
        return gradientSlots[tensor.id()];
    }

    private void place(Use use, Reuse reuse) {
        separateFloats += use.size();
        int slot = 0;
        while (slot < slots.size()
                && (reuse == Reuse.NONE || slots.get(slot).uses.stream().anyMatch(use::overlaps))) {
            slot++;
        }
        if (slot == slots.size()) {
            slots.add(new Slot(use.size()));
        }
        slots.get(slot).uses.add(use);
        for (int id : use.ids()) {
            use.table()[id] = slot;
        }
    }

    private List<Use> values(Graph graph) {
        List<Op> ops = graph.ops();
        int end = 2 * ops.size();
        int[] last = new int[graph.tensors().size()];
        for (int i = 0; i < ops.size(); i++) {
            for (Tensor input : ops.get(i).inputs()) {
                last[input.id()] = Math.max(last[input.id()], i);
            }
            for (Tensor kept : ops.get(i).keptForBackward()) {
                last[kept.id()] = Math.max(last[kept.id()], end - 1 - i);
            }
        }
        // Losses and logits are read after the pass.
        last[ops.getLast().output().id()] = end;
        ops.getLast().inputs().forEach(input -> last[input.id()] = end);
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            Tensor made = ops.get(i).output();
            uses.add(new Use(valueSlots, List.of(made.id()), made.size(), i, last[made.id()]));
        }
        return uses;
    }

    private List<Use> gradients(Graph graph) {
        List<Op> ops = graph.ops();
        int end = 2 * ops.size();
        int[] owners = residualOwners(graph);
        int[] from = new int[owners.length];
        int[] to = new int[owners.length];
        Arrays.fill(from, end);
        for (int i = 0; i < ops.size(); i++) {
            for (Tensor input : ops.get(i).inputs()) {
                int owner = owners[input.id()];
                from[owner] = Math.min(from[owner], end - 1 - i);
            }
            int owner = owners[ops.get(i).output().id()];
            to[owner] = Math.max(to[owner], end - 1 - i);
        }
        List<Use> uses = new ArrayList<>();
        for (Tensor tensor : graph.tensors()) {
            int id = tensor.id();
            if (tensor.kind() == Kind.ACTIVATION && owners[id] == id && from[id] < end) {
                List<Integer> ids = new ArrayList<>();
                for (int other = 0; other < owners.length; other++) {
                    if (owners[other] == id) {
                        ids.add(other);
                    }
                }
                uses.add(new Use(gradientSlots, ids, tensor.size(), from[id], to[id]));
            }
        }
        return uses;
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
