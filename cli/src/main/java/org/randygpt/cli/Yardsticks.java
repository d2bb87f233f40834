package org.randygpt.cli;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Op;
import org.randygpt.train.Floors;

/**
 * What a run's figures are measured by.
 *
 * @param tokensOfStep B·T
 * @param flopsOfStep floating-point operations of a step's matrix products, counted as in {@link Op#flops()}
 * @param peak floating-point operations a second that the machine can do; NaN when nobody knows
 * @param bytesPerToken bytes of the held-out text in UTF-8 for each of its tokens
 * @param floors losses of tables on the held-out text
 */
record Yardsticks(int tokensOfStep, double flopsOfStep, double peak, double bytesPerToken, Floors floors) {
    /** Work of backward in units of that of forward: one product for each of two gradients. */
    static final int BACKWARD_WORK = 2;

    /** Those of a run, whose peak nobody knows yet; takes a fraction of a second. */
    static Yardsticks of(RunSetup setup) {
        Graph graph = setup.graph();
        return new Yardsticks(
                setup.state().config().batch() * graph.time(),
                setup.state().config().passes() * flops(graph),
                Double.NaN,
                setup.dataset().heldOutBytesPerToken(setup.model().tokenizer()),
                Floors.of(setup.dataset(), setup.model().config().vocabSize()));
    }

    /** The same with another peak. */
    Yardsticks withPeak(double newPeak) {
        return new Yardsticks(tokensOfStep, flopsOfStep, newPeak, bytesPerToken, floors);
    }

    /** Floating-point operations of a training step's matrix products. */
    static double flops(Graph graph) {
        return (double) (1 + BACKWARD_WORK)
                * graph.ops().stream().mapToLong(Op::flops).sum();
    }

    /** The tables' losses by their names, highest first as a rule. */
    SequencedMap<String, Double> tables() {
        return tables(floors);
    }

    /** The losses by the tables' names. */
    static SequencedMap<String, Double> tables(Floors floors) {
        SequencedMap<String, Double> tables = new LinkedHashMap<>();
        tables.put("uniform", floors.uniform());
        tables.put("unigram", floors.unigram());
        tables.put("bigram", floors.bigram());
        tables.put("5-gram", floors.fiveGram());
        return tables;
    }

    /** A loss in bits per byte of UTF-8, which does not depend on what the tokens are. */
    double bitsPerByte(double natsPerToken) {
        return natsPerToken / Math.log(2) / bytesPerToken;
    }
}
