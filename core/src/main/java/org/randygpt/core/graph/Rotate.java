package org.randygpt.core.graph;

import java.util.List;
import org.randygpt.kernels.AttentionShape;
import org.randygpt.kernels.Kernels;

/** output (B·T, (H + 2G)·D) = qkv, its queries and keys turned by the angles of their positions. */
record Rotate(AttentionShape shape, Tensor qkv, RotaryAngles angles, Tensor output) implements Op {

    @Override
    public List<Tensor> inputs() {
        return List.of(qkv);
    }

    @Override
    public List<Tensor> keptForBackward() {
        return List.of();
    }

    @Override
    public void forward(Memory m, Kernels k) {
        k.rotate(shape, m.value(qkv), m.batch().positions(), m.value(angles.table()), m.value(output));
    }

    @Override
    public void backward(Memory m, Kernels k) {
        k.rotateBackward(
                shape,
                m.batch().positions(),
                m.value(angles.table()),
                m.gradient(output),
                m.gradient(qkv),
                m.store(qkv));
    }
}
