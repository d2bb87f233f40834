package org.randygpt.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.randygpt.core.graph.Tensor.Kind;

/**
 * Which activations and gradients may lie in the same memory, for no two of them are wanted at the same time.
 *
 * <p>Time is counted in operations: forward of operation i of n is at i, step s of {@link BackwardPass} at n + s. An
 * activation is wanted from its forward until the last operation has read it, forward or backward, or, if backward
 * writes it again, once until forward has read it and once more from then on; a gradient from the backward of the last
 * operation that reads the activation, which comes first, until the one that made it has read it.
 */
public final class MemoryLayout {
    private static final int NO_SLOT = -1;

    private final int[] valueSlots;
    private final int[] restoredSlots;
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
        restoredSlots = new int[tensors];
        gradientSlots = new int[tensors];
        Arrays.fill(valueSlots, NO_SLOT);
        Arrays.fill(restoredSlots, NO_SLOT);
        Arrays.fill(gradientSlots, NO_SLOT);
    }

    /** Lays out the activations of a graph and, if it ends in a loss, their gradients. */
    public static MemoryLayout of(Graph graph, Reuse reuse) {
        MemoryLayout layout = new MemoryLayout(graph.tensors().size());
        BackwardPass pass = new BackwardPass(graph);
        List<Use> uses = new ArrayList<>(layout.values(graph, pass));
        if (graph.ops().getLast() instanceof CrossEntropy) {
            uses.addAll(layout.gradients(graph, pass));
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

    /** The same in the backward pass, where activations that are written again may lie elsewhere. */
    int backwardValueSlot(Tensor tensor) {
        int restored = restoredSlots[tensor.id()];
        return restored == NO_SLOT ? valueSlot(tensor) : restored;
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

    private List<Use> values(Graph graph, BackwardPass pass) {
        List<Op> ops = graph.ops();
        int end = ops.size() + pass.steps().size();
        int[] lastForward = new int[graph.tensors().size()];
        int[] restored = new int[lastForward.length];
        int[] lastBackward = new int[lastForward.length];
        for (int i = 0; i < ops.size(); i++) {
            for (Tensor input : ops.get(i).inputs()) {
                lastForward[input.id()] = i;
            }
        }
        for (int i = 0; i < pass.steps().size(); i++) {
            int time = ops.size() + i;
            BackwardPass.Step step = pass.steps().get(i);
            Op op = ops.get(step.op());
            if (step.ofInputs()) {
                restored[op.output().id()] = time;
                op.keptForBackward().forEach(kept -> lastBackward[kept.id()] = time);
            }
            if (step.ofParameters()) {
                op.keptForParameters().forEach(kept -> lastBackward[kept.id()] = time);
            }
        }
        // Losses and logits are read after the pass.
        lastBackward[ops.getLast().output().id()] = end;
        ops.getLast().inputs().forEach(input -> lastBackward[input.id()] = end);
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            Tensor made = ops.get(i).output();
            if (made.kind() == Kind.CACHE) {
                continue;
            }
            List<Integer> id = List.of(made.id());
            int last = Math.max(i, lastForward[made.id()]);
            if (pass.isRestored(made)) {
                uses.add(new Use(valueSlots, id, made.size(), i, last));
                uses.add(new Use(restoredSlots, id, made.size(), restored[made.id()], lastBackward[made.id()]));
            } else {
                uses.add(new Use(valueSlots, id, made.size(), i, Math.max(last, lastBackward[made.id()])));
            }
        }
        return uses;
    }

    private List<Use> gradients(Graph graph, BackwardPass pass) {
        List<Op> ops = graph.ops();
        int end = ops.size() + pass.steps().size();
        int[] from = new int[graph.tensors().size()];
        int[] to = new int[from.length];
        Arrays.fill(from, end);
        for (int i = 0; i < pass.steps().size(); i++) {
            int time = ops.size() + i;
            BackwardPass.Step step = pass.steps().get(i);
            Op op = ops.get(step.op());
            to[pass.gradientOwner(op.output())] = time;
            if (step.ofInputs()) {
                for (Tensor input : op.inputs()) {
                    int owner = pass.gradientOwner(input);
                    from[owner] = Math.min(from[owner], time);
                }
            }
        }
        List<Use> uses = new ArrayList<>();
        for (Tensor tensor : graph.tensors()) {
            int id = tensor.id();
            if (tensor.kind() == Kind.ACTIVATION && pass.gradientOwner(tensor) == id && from[id] < end) {
                List<Integer> ids = new ArrayList<>();
                for (Tensor other : graph.tensors()) {
                    if (pass.gradientOwner(other) == id) {
                        ids.add(other.id());
                    }
                }
                uses.add(new Use(gradientSlots, ids, tensor.size(), from[id], to[id]));
            }
        }
        return uses;
    }
}
