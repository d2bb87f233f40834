package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.Saving;
import org.randygpt.train.records.LogFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code randygpt train}. */
@Command(
        name = "train",
        description = "Trains a GPT on a text, one character a token or by --tokenizer.",
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt train --data my.txt --iters 500",
            "  randygpt train --layers 6 --width 192 --heads 6 --context 128 --out runs/larger",
            "  randygpt train --data my.txt --tokenizer bpe:4096",
            "  randygpt train --data stories.jsonl.gz 'books/**/*.txt' --respect-documents",
            "  randygpt train --data poems.txt:0.8 news/:0.2",
            "  randygpt train --preset m --iters 500",
            "  randygpt train --config runs/larger/settings.toml --seed 2",
            "  randygpt train --resume runs/larger",
            "",
            "Ctrl-C stops after the current step and saves; --resume goes on from there."
        })
final class TrainCommand implements Callable<Integer> {
    // No file has such a name.
    private static final String NEWEST = "\0";

    private final Environment environment;
    private Environment shown;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = GivenSettings.PRESET,
            paramLabel = "NAME",
            completionCandidates = Presets.Names.class,
            description =
                    "A shape that has a name, and its batch: tiny, seed, m, shakespeare-char, gpt2 and others, which"
                            + " randygpt presets lists. Other options replace a part of it.")
    private @Nullable String preset;

    @Option(
            names = GivenSettings.CONFIG,
            paramLabel = "FILE",
            description =
                    "Settings from a file, as a line layers = 6 of TOML or an object of JSON has them; options on the"
                            + " command line go first. The settings.toml of a run repeats it, but for --minutes, whose"
                            + " steps are those that there is time for, and --kernels blas; --threads and --cache are"
                            + " the machine's, and not in it.")
    private @Nullable Path config;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the model goes; holds no other run. Default: runs/<date>-<time>")
    private @Nullable Path out;

    @Option(
            names = "--resume",
            arity = "0..1",
            paramLabel = "DIR",
            fallbackValue = NEWEST,
            description =
                    "Go on with the run in DIR, a folder or its name in runs, or with the newest one, with its own settings and"
                            + " text. "
                            + "--iters, --threads, --kernels, --save-every and the place of --data may be new, and --minutes"
                            + " of a run that has some.")
    private @Nullable String resume;

    @Option(
            names = "--init",
            paramLabel = "DIR",
            description =
                    "Train the model in a folder, or of a run in runs, on, with its shape and vocabulary and a fresh optimizer, in place of"
                            + " a new model (fine-tuning).")
    private @Nullable String init;

    @Option(
            names = "--tokenizer",
            paramLabel = "NAME",
            description = "What a new model's tokens are: char, the characters of the text (the default); bpe:4096, a"
                    + " byte-level vocabulary of so many, learnt from the text; gpt2, GPT-2's vocabulary of 50,257, fetched once;"
                    + " or the folder of a tokenizer or a model (./gpt2 if it is called so;"
                    + " tokenizer.json, or GPT-2's vocab.json and merges.txt), or tiktoken's cl100k_base.tiktoken.")
    private @Nullable String tokenizer;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; results do not depend on it, except with --kernels blas. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--sample-every",
            paramLabel = "N",
            description =
                    "Steps between two samples of what the model writes while it is trained, each of 100 tokens at"
                            + " most; 0: none. Default: 0")
    private long sampleEvery;

    @Option(
            names = "--sample-tokens",
            paramLabel = "N",
            description = "Tokens that the model writes at the end; 0: none. Default: 300")
    private int sampleTokens = 300;

    @Option(
            names = "--log",
            paramLabel = "NAME",
            split = ",",
            description = "What the run's figures are written to beside metrics.jsonl in its folder: csv (metrics.csv),"
                    + " tensorboard (event files), or both; a run that goes on keeps to it.")
    private List<LogFormat> logs = List.of();

    @Option(
            names = "--json",
            description = "Write one JSON object about the run to standard output at its end, and all else to standard"
                    + " error.")
    private boolean json;

    @Option(names = "--profile", description = "Show where the time of a step goes, and what the machine could do.")
    private boolean profile;

    @Mixin
    private TextOptions text = new TextOptions();

    @Mixin
    private CacheOptions cache = new CacheOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private OptimizationOptions optimization = new OptimizationOptions();

    @Mixin
    private SavingOptions saving = new SavingOptions();

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    /** What came of a command; there are results only of steps that it has done. */
    private record Done(int exitCode, Path folder, SequencedMap<String, Object> results) {}

    TrainCommand(Environment environment) {
        this.environment = environment;
        shown = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (json) {
            shown = environment.onStandardError();
        }
        Done done = work();
        if (json) {
            environment.out().println(json(done));
        }
        return done.exitCode();
    }

    private Done work() throws IOException {
        RunRequest request = new RunRequest(text, cache, out, tokenizer, threads);
        if (sampleEvery < 0) {
            throw new BadInputException("--sample-every is %d; it must be at least 0".formatted(sampleEvery));
        }
        if (sampleTokens < 0) {
            throw new BadInputException("--sample-tokens is %d; it must be at least 0".formatted(sampleTokens));
        }
        Arithmetic arithmetic = kernels.arithmetic(shown);
        if (tokenizer != null && (init != null || resume != null)) {
            throw new BadInputException(
                    "--tokenizer is for a new model, and that of %s has its own; leave one of them out"
                            .formatted(init != null ? "--init" : "--resume"));
        }
        if (preset != null && init != null || resume != null && (preset != null || config != null)) {
            throw new BadInputException("%s is for a new %s; leave it out"
                    .formatted(
                            preset != null ? GivenSettings.PRESET : GivenSettings.CONFIG,
                            resume != null
                                    ? "run, and --resume goes on with its own settings"
                                    : "model, and --init has one"));
        }
        AskedSettings asked = new AskedSettings(environment, spec);
        if (resume == null) {
            asked.requireTextThatIsKept(text.data());
            InitialModel initial = init == null ? null : asked.initialModel(init, model);
            RunSetup setup = RunSetup.fresh(
                    shown,
                    model,
                    initial == null ? null : initial.model(),
                    optimization.config(model.recipe(), sampling.settings()),
                    saving.settings(Saving.USUAL),
                    request);
            try (HeldFolder _ = new HeldFolder(setup.folder())) {
                asked.noticeOtherText(setup.state().data().sha256());
                SequencedMap<String, Object> beside = asked.beside(initial, tokenizer);
                SequencedMap<String, String> origins = asked.origins(initial);
                new SettingsFile(setup, beside, origins).write(setup.folder().path());
                return train(
                        setup,
                        arithmetic,
                        asked.row(setup.state(), setup.model().config(), beside, origins));
            }
        }
        if (out != null) {
            throw new BadInputException(
                    "--out is where a new run goes; name the folder of the run to go on with after --resume");
        }
        if (init != null) {
            throw new BadInputException("--init begins a new run, and --resume goes on with one; give one of them");
        }
        StoredRun stored = StoredRun.open(environment, resume.equals(NEWEST) ? null : resume);
        try (HeldFolder _ = new HeldFolder(stored.folder())) {
            return resume(stored, request, arithmetic);
        }
    }

    private Done resume(StoredRun stored, RunRequest request, Arithmetic arithmetic) throws IOException {
        List<OptionSpec> given = spec.commandLine().getParseResult().matchedOptions();
        StoredRun run = stored.with(optimization, saving);
        if (!run.isFinished() || !text.data().isEmpty()) {
            RunSetup setup = run.setup(shown, request, given);
            if (!run.isFinished()) {
                List<String> settings = new AskedSettings(environment, spec)
                        .rowOfResumed(setup.state(), setup.model().config());
                return train(setup, arithmetic, settings);
            }
        }
        run.requireSame(given);
        shown.out().println(run.finishedSentence());
        return new Done(0, stored.folder().path(), new LinkedHashMap<>());
    }

    private Done train(RunSetup setup, Arithmetic arithmetic, List<String> settings) throws IOException {
        TrainingRun run = new TrainingRun(shown, setup, arithmetic, threads, profile)
                .recordedAs(logs)
                .withSamples(sampleEvery);
        int exitCode = run.run(sampleTokens, settings);
        return new Done(exitCode, setup.folder().path(), run.results());
    }

    /** What {@code runs show} says of a run that nobody holds any more, and what came of this part of it. */
    private static String json(Done done) throws IOException {
        SequencedMap<String, @Nullable Object> all = new LinkedHashMap<>();
        RunPlace place = new RunPlace(String.valueOf(done.folder().getFileName()), done.folder());
        RunSummary.of(place).ifPresent(run -> all.putAll(run.json()));
        all.putAll(done.results());
        return JsonObject.text(all);
    }
}
