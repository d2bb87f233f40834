package org.randygpt.train;

import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.model.Initialization;

/** An architecture and the settings that suit it; what someone sets replaces a part of them. */
public enum Recipe {
    /**
     * Qwen3's blocks that start by adding nothing, Muon, a rate that falls in a line at the end, and a mean of the last
     * weights.
     */
    MODERN(Architecture.QWEN3, Head.UNTIED, Algorithm.MUON, Schedule.WSD),
    /** GPT-2 as nanoGPT trains it, three times as fast: AdamW and a cosine. */
    GPT2(Architecture.GPT2, Head.TIED, Algorithm.ADAMW, Schedule.COSINE),
    /** The blocks of the Rust randyGPT, trained like GPT-2. */
    RANDYGPT(Architecture.RANDYGPT, Head.UNTIED, Algorithm.ADAMW, Schedule.COSINE);

    private static final int HEADS = 8;
    private static final int FEW_HEADS = 4;
    private static final float ROTARY_BASE = 1024;
    private static final float AVERAGING = 0.98f;
    private static final int PART = 10;
    private static final long MOST_WARMUP = 100;

    private final Architecture architecture;
    private final Head head;
    private final Algorithm algorithm;
    private final Schedule schedule;

    Recipe(Architecture architecture, Head head, Algorithm algorithm, Schedule schedule) {
        this.architecture = architecture;
        this.head = head;
        this.algorithm = algorithm;
        this.schedule = schedule;
    }

    /** The recipe for an architecture. */
    public static Recipe of(Architecture architecture) {
        return switch (architecture) {
            case LLAMA, QWEN3 -> MODERN;
            case GPT2 -> GPT2;
            case RANDYGPT -> RANDYGPT;
        };
    }

    /** What blocks are made of. */
    public Architecture architecture() {
        return architecture;
    }

    /** Whether the output matrix is the token embedding. */
    public Head head() {
        return head;
    }

    /** What changes the hidden matrices. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** How the learning rate goes on after the warm-up. */
    public Schedule schedule() {
        return schedule;
    }

    /** Number of attention heads, of a width of 128. */
    public int heads() {
        return this == MODERN ? FEW_HEADS : HEADS;
    }

    /** Base of the frequencies of rotary positions, for the short contexts of small models. */
    public float rotaryBase() {
        return ROTARY_BASE;
    }

    /** Share of the averaged weights that each step keeps. */
    public float averaging() {
        return this == MODERN ? AVERAGING : 0;
    }

    /** How weights start. */
    public Initialization initialization(GptConfig model) {
        return this == MODERN ? Initialization.modern(model) : Initialization.standard(model);
    }

    /** The rate over a run: a tenth of the peak at the end. */
    public ScheduleConfig schedule(float peak, long iterations) {
        long warmup = this == MODERN ? 0 : Math.min(MOST_WARMUP, iterations / PART);
        return new ScheduleConfig(schedule, peak / PART, warmup);
    }
}
