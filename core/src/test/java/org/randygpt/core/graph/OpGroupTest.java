package org.randygpt.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.randygpt.core.graph.CpuPlan.OpTime;

class OpGroupTest {
    @Test
    void operationsOfOneShapeAreAddedUp() {
        Graph graph = new Graph(2, 3);
        Tensor x = graph.embedding(graph.table("table", 7, 4, new Init.Constant(0)));
        Tensor square = graph.matrix("a", 4, 4, new Init.Constant(0));
        Tensor wide = graph.matrix("b", 8, 4, new Init.Constant(0));
        x = graph.linear(graph.linear(x, square), square);
        graph.linear(x, wide);
        List<OpTime> times =
                graph.ops().stream().map(op -> new OpTime(op, 10, 20)).toList();
        List<OpGroup> groups = OpGroup.of(times);
        assertEquals(3, groups.size());
        OpGroup two = groups.get(1);
        assertEquals("Linear 6 x 4 -> 4", two.label().replaceAll(" +", " "));
        assertEquals(2, two.count());
        assertEquals(2 * 2 * 6 * 4 * 4, two.flops());
        assertEquals(2 * 4 * (6 * 4 + 4 * 4 + 6 * 4), two.bytes());
        assertEquals(60, two.nanos());
    }
}
