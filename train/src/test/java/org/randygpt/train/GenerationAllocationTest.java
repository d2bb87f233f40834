package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.generate.NucleusSampler;
import org.randygpt.core.generate.Sampler;
import org.randygpt.core.model.Architecture;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;

/** In a JVM of its own (see the pom), as {@link AllocationTest}. */
class GenerationAllocationTest {
    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, 5})
    void aGeneratedTokenAllocatesNothingAndNeitherDoesAContextThatSlides(int topK) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SavedModel model = TinyRun.model(Architecture.GPT2);
        Sampler sampler = new NucleusSampler(0.8, topK, 1, new SplittableRandom(1));
        try (Workers workers = new Workers(1)) {
            Generator generator = new Generator(model.config(), model.parameters(), workers, VectorKernels::new);
            int token = 0;
            long least = Long.MAX_VALUE;
            // Compiled code keeps vectors in registers; until it is there, they are objects.
            for (int i = 0; i < 5000 && least > 0; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int j = 0; j < model.config().context(); j++) {
                    token = sampler.next(generator.append(token));
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }
}
