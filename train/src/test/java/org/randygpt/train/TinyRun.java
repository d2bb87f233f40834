package org.randygpt.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TextSettings;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;

/** A few steps of training and of generation, told by their bits. A program of its own for Java in other modes. */
final class TinyRun {
    private static final String TEXT = "the quick brown fox jumps over the lazy dog; ".repeat(40);
    private static final CharTokenizer TOKENIZER = CharTokenizer.of(TEXT);
    private static final int CONTEXT = 19;
    private static final long SEED = 42;

    /** Of a run whose text nobody looks for. */
    static final DataSource DATA = new DataSource(List.of("fox"), TextSettings.USUAL, "00");

    private final Path folder;
    private final int steps;

    /** Runs of so many steps that may write to a folder. */
    TinyRun(Path folder, int steps) {
        this.folder = folder;
        this.steps = steps;
    }

    /** Prints the bits of a run on one thread. Arguments: the folder and the number of steps. */
    public static void main(String[] args) throws IOException {
        System.out.println(new TinyRun(Path.of(args[0]), Integer.parseInt(args[1])).bits(1, VectorKernels::new));
    }

    /** The SHA-256 of all architectures' weights after training and of the logits that they give then. */
    String bits(int threads, Kernels.Factory kernels) throws IOException {
        MessageDigest digest = sha256();
        for (Architecture architecture : Architecture.values()) {
            SavedModel model = model(architecture);
            try (Workers workers = new Workers(threads);
                    RunFolder run = RunFolder.create(folder.resolve(architecture.name()))) {
                Trainer trainer = trainer(model, steps, run, new Hardware(workers, kernels));
                for (int i = 0; i < steps; i++) {
                    trainer.step();
                }
                add(model.parameters().values(), digest);
                Generator generator = new Generator(model.config(), model.parameters(), workers, kernels);
                add(generator.append(new int[] {3, 1, 4}), digest);
                // Beyond the end of the context, which slides.
                for (int token = 0; token < CONTEXT; token++) {
                    add(generator.append(token), digest);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static Trainer trainer(SavedModel model, int steps, RunFolder run, Hardware hardware) throws IOException {
        Architecture architecture = model.config().architecture();
        TrainingConfig config = new TrainingConfig(
                3,
                3,
                steps,
                optimizer(architecture),
                new ScheduleConfig(Schedule.COSINE, 1e-3f, 2),
                architecture == Architecture.LLAMA ? 0.1f : 0,
                0,
                Stopping.USUAL,
                7,
                Sampling.USUAL,
                SEED);
        return trainer(model, RunState.fresh(config, TinyRun.DATA), run, hardware, metric -> {});
    }

    static Trainer trainer(SavedModel model, RunState start, RunFolder run, Hardware hardware, MetricSink metrics)
            throws IOException {
        TokenDataset dataset = TokenDataset.of(
                TOKENIZER.bos(), TOKENIZER.encode(TEXT), CONTEXT, start.config().seed());
        return new Trainer(model, start, dataset, run, hardware, metrics);
    }

    private static OptimizerConfig optimizer(Architecture architecture) {
        return switch (architecture) {
            case GPT2, LLAMA -> OptimizerConfig.adamW(1e-2f, 0.9f, 0.95f, 0.1f, 1);
            case QWEN3, RANDYGPT -> OptimizerConfig.usual(Algorithm.MUON);
        };
    }

    static SavedModel model(Architecture architecture) {
        Head head = architecture == Architecture.GPT2 ? Head.TIED : Head.UNTIED;
        GptConfig config = new GptConfig(architecture, TOKENIZER.vocabSize(), CONTEXT, 32, 2, 4, head, 1e-5f);
        if (architecture.isRotary()) {
            config = config.withHeads(2, 8);
        }
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        parameters.initialize(new SplittableRandom(SEED));
        return new SavedModel(config, parameters, TOKENIZER);
    }

    private static void add(float[] numbers, MessageDigest digest) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
        FloatBuffer unused = bytes.asFloatBuffer().put(numbers);
        assert !unused.hasRemaining();
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
