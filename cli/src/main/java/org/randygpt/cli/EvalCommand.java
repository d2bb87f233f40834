package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.EvaluationReport.OfModel;
import org.randygpt.cli.EvaluationReport.OfText;
import org.randygpt.cli.ModelEvaluation.TaskOfFile;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.FileContent;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.model.GptConfig;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.evaluation.PairedBootstrap;
import org.randygpt.train.evaluation.TaskFile;
import org.randygpt.train.evaluation.TextLoss;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt eval}. */
@Command(
        name = "eval",
        description = "Measures a model on a text and on tasks, or compares two.",
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt eval --html report.html     the newest run, on what it has held out of its text",
            "  randygpt eval runs/small runs/large --data held-out.txt",
            "  randygpt eval runs/small --task hellaswag.jsonl --task lambada.jsonl --json",
            "  randygpt eval runs/small --generate 2000 --train-data my.txt"
        })
final class EvalCommand implements Callable<Integer> {
    private static final int MOST_MODELS = 2;
    private static final int MOST_GENERATED = 1_000_000;

    private final Environment environment;

    @Parameters(
            arity = "0..*",
            paramLabel = "MODEL",
            description = "The folder of a model or of a run, whose best model it is, or its name in runs; two are"
                    + " compared. Default: the newest in runs")
    private List<String> models = List.of();

    @Option(names = "--model", paramLabel = "DIR", description = "The same.")
    private List<String> moreModels = List.of();

    @Option(
            names = "--stride",
            paramLabel = "N",
            description = "By how many tokens the window over the text slides, 1 to the model's context. Fewer give"
                    + " each token more text before it, and take longer. Default: half the context")
    private @Nullable Integer stride;

    @Option(
            names = "--train-data",
            arity = "1..*",
            paramLabel = "FILE",
            description = "The text that the model was trained on, as for --data: what the tables of n-grams count, and"
                    + " what --generate looks for copies from. Default: the tables learn from --data as they read it")
    private List<String> trainingData = List.of();

    @Option(
            names = "--task",
            paramLabel = "FILE",
            description = "Questions, an object a line: ctx, endings and label, as HellaSwag has them, or text, whose"
                    + " last word is asked for, as LAMBADA has it. May be given again")
    private List<Path> tasks = List.of();

    @Option(
            names = "--generate",
            paramLabel = "N",
            description = "Have the model write so many tokens, and say how varied they are. Default: 0")
    private int generated;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description = "For --generate; 0: always the likeliest. Default: 0.8")
    private double temperature = 0.8;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "For --generate and for the interval of a comparison. Default: 1337")
    private long seed = 1337;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; the result does not depend on it. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Write one JSON object to standard output, and all else to standard error.")
    private boolean json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with pictures, too.")
    private @Nullable Path html;

    @Mixin
    private TextOptions text = new TextOptions();

    @Mixin
    private CacheOptions cache = new CacheOptions();

    @Mixin
    private KernelOptions kernels = new KernelOptions();

    /** A model as a user has named it, and where it is. */
    private record Named(String name, Path folder) {}

    EvalCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        RunRequest.requireThreads(threads);
        requireOptions();
        Environment quiet = json ? environment.onStandardError() : environment;
        List<Named> named = named();
        List<GptConfig> configs = named.stream().map(this::config).toList();
        List<TaskOfFile> questions = questions();
        boolean onText = !text.data().isEmpty() || (tasks.isEmpty() && generated == 0);
        List<MeasuredText> measured = onText ? measured(quiet, named) : List.of();
        @Nullable
        TrainingText training = trainingData.isEmpty() ? null : Texts.of(quiet).read(trainingData, text.settings());
        long bytes = (measured.isEmpty() ? 0 : measured.getFirst().text().storedBytes())
                + (training == null ? 0 : training.storedBytes());
        configs.forEach(config -> MemoryNeed.ofEvaluation(config, threads, bytes)
                .requireWithin(Runtime.getRuntime().maxMemory()));
        EvaluationReport report = measure(
                quiet,
                named,
                measured,
                new ModelEvaluation.Plan(training, stride, questions, generated, temperature, seed));
        if (json) {
            environment.out().println(JsonObject.text(EvaluationJson.of(report)));
        } else {
            EvaluationTable.of(report).lines().forEach(environment.out()::println);
        }
        // After what has been measured is safe.
        if (html != null) {
            Path file = environment.folder().resolve(html);
            AtomicFiles.write(file, FileContent.ofText(EvaluationPage.of(report)));
            quiet.out().println("");
            quiet.out().println("The report is in " + file);
        }
        return 0;
    }

    /** A text for each model: the same for all, or what their runs have held out of the same. */
    private List<MeasuredText> measured(Environment quiet, List<Named> models) {
        if (!text.data().isEmpty()) {
            MeasuredText whole = MeasuredText.whole(Texts.of(quiet).read(text.data(), text.settings()));
            return models.stream().map(_ -> whole).toList();
        }
        List<MeasuredText> heldOut = models.stream()
                .map(each -> MeasuredText.heldOut(quiet, each.folder(), each.name()))
                .toList();
        MeasuredText.requireSame(
                heldOut.getFirst(),
                heldOut.getLast(),
                models.getFirst().name(),
                models.getLast().name());
        return heldOut;
    }

    private EvaluationReport measure(
            Environment quiet, List<Named> models, List<MeasuredText> measured, ModelEvaluation.Plan plan)
            throws IOException {
        Arithmetic arithmetic = kernels.arithmetic(environment);
        TokenCache tokens = cache.cache(environment, note -> quiet.out().println(note));
        ReadingBar bar = new ReadingBar(quiet.out(), quiet.screen(), System::nanoTime);
        try (Workers workers = new Workers(threads)) {
            ModelEvaluation evaluation =
                    new ModelEvaluation(plan, new Hardware(workers, arithmetic.kernels()), tokens, bar);
            if (models.size() > 1 && measured.stream().anyMatch(MeasuredText::isHeldOut)) {
                requireSamePart(models, measured, evaluation);
            }
            List<OfModel> reports = new ArrayList<>();
            for (int i = 0; i < models.size(); i++) {
                Named model = models.get(i);
                reports.add(evaluation.measure(model.name(), load(model), measured.isEmpty() ? null : measured.get(i)));
            }
            TrainingText training = plan.training();
            @Nullable
            OfText ofText = measured.isEmpty()
                    ? null
                    : new OfText(
                            measured.getFirst().text().shownName(),
                            measured.getFirst().isHeldOut(),
                            training == null ? null : training.shownName(),
                            evaluation.compressed());
            return new EvaluationReport(reports, ofText, comparison(reports));
        }
    }

    /** What is held out depends on the settings, and on the tokens. */
    private void requireSamePart(List<Named> models, List<MeasuredText> measured, ModelEvaluation evaluation) {
        String first = evaluation.sha256(load(models.getFirst()), measured.getFirst());
        String second = evaluation.sha256(load(models.getLast()), measured.getLast());
        if (!first.equals(second)) {
            throw new BadInputException(
                    "%s and %s have not held out the same part of %s; name a text to measure both on with --data"
                            .formatted(
                                    models.getFirst().name(),
                                    models.getLast().name(),
                                    measured.getFirst().text().shownName()));
        }
    }

    private @Nullable PairedBootstrap comparison(List<OfModel> reports) {
        TextLoss first = reports.getFirst().loss();
        TextLoss second = reports.getLast().loss();
        return reports.size() < MOST_MODELS || first == null || second == null
                ? null
                : PairedBootstrap.of(first, second, seed);
    }

    private void requireOptions() {
        if (generated < 0 || generated > MOST_GENERATED) {
            throw new BadInputException("--generate is %d; it must be 0 to %d".formatted(generated, MOST_GENERATED));
        }
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new BadInputException("--temperature is %s; it must be at least 0".formatted(temperature));
        }
        if (html != null) {
            NewPlace.requireReplaceable("--html " + html, environment.folder().resolve(html));
        }
    }

    private List<Named> named() {
        List<String> names = new ArrayList<>(models);
        names.addAll(moreModels);
        if (names.size() > MOST_MODELS) {
            throw new BadInputException(
                    "%d models are given; one is measured, or two are compared".formatted(names.size()));
        }
        RunFolders folders = new RunFolders(environment.folder());
        if (names.isEmpty()) {
            Path newest = folders.newest();
            return List.of(new Named(newest.toString(), newest));
        }
        return names.stream().map(name -> new Named(name, folders.named(name))).toList();
    }

    private GptConfig config(Named model) {
        try {
            // First of all: damage may have any number look like another one.
            ModelFolder.requireWhole(model.folder());
            GptConfig config = ModelFolder.readConfigOfWeights(model.folder());
            if (stride != null && (stride < 1 || stride > config.context())) {
                throw new BadInputException("--stride is %d; it must be 1 to the context of %s, %d"
                        .formatted(stride, model.name(), config.context()));
            }
            return config;
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private static SavedModel load(Named model) {
        try {
            return ModelFolder.load(model.folder());
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private List<TaskOfFile> questions() {
        List<TaskOfFile> questions = new ArrayList<>();
        for (Path file : tasks) {
            try {
                byte[] content = Files.readAllBytes(environment.folder().resolve(file));
                questions.add(new TaskOfFile(
                        file.toString(), TaskFile.read(file.toString(), Utf8.decode(file.toString(), content))));
            } catch (IOException problem) {
                throw new BadInputException(Failures.sentence(problem), problem);
            }
        }
        return questions;
    }
}
