package org.randygpt.bench.report;

import java.io.IOException;

/** Another program that trains such models. */
interface Peer {

    /** Its name, with its version where it has one. */
    String name();

    /** Trains a model of this size on random tokens with as many threads as there are processors. */
    StepTimes train(ModelSize model, Setting setting) throws IOException, InterruptedException;
}
