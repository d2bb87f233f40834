package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.randygpt.core.model.Architecture;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;

/**
 * In a JVM of its own (see the pom): what the compiler has seen of other models decides what it inlines, and the
 * program trains one.
 */
class AllocationTest {
    @TempDir
    private Path folder;

    /** Two ways to optimize, and one model with dropout. */
    @ParameterizedTest
    @EnumSource(names = {"GPT2", "LLAMA", "QWEN3"})
    void aStepAllocatesNothing(Architecture architecture) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Workers workers = new Workers(1);
                RunFolder run = RunFolder.create(folder.resolve("run"))) {
            Trainer trainer = TinyRun.trainer(
                    TinyRun.model(architecture), 10_000, run, new Hardware(workers, VectorKernels::new));
            long least = Long.MAX_VALUE;
            // Compiled code keeps vectors in registers; until it is there, they are objects.
            for (int i = 0; i < 5000 && least > 0; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                trainer.step();
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }
}
