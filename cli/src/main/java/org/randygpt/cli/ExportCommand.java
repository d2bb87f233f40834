package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.FolderName;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.core.checkpoint.NewFolder;
import org.randygpt.core.checkpoint.SealedFolder;
import org.randygpt.core.checkpoint.StoredModel;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.core.gguf.GgufWriter;
import org.randygpt.core.gguf.TensorType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt export}. */
@Command(
        name = "export",
        description = "Writes a model for other programs: as one file for llama.cpp, or as a Hugging Face folder.",
        sortOptions = false,
        sortSynopsis = false,
        parameterListHeading = "%n",
        optionListHeading = "%n",
        footer = {
            "",
            "A file for llama.cpp holds the tokenizer, too. Models of the architecture randygpt have no such form.",
            "",
            "Examples:",
            "  randygpt export --format gguf --out model.gguf",
            "  randygpt export runs/larger --format gguf --type f16 --out larger.gguf",
            "  randygpt export runs/larger/latest --format huggingface --out to-upload"
        })
final class ExportCommand implements Callable<Integer> {

    /** What a model can be written as. */
    enum Format {
        GGUF,
        HUGGINGFACE
    }

    private final Environment environment;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            description =
                    "The folder of a model or of a run, whose best model it is, or its name in runs, or DIR/latest."
                            + " Default: the newest in runs")
    private @Nullable String model;

    @Option(names = "--model", paramLabel = "DIR", description = "The same.")
    private @Nullable String sameModel;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            required = true,
            description = "gguf, a file of llama.cpp's, or huggingface, a folder with the model alone, without what"
                    + " training goes on from.")
    private Format format = Format.GGUF;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            required = true,
            description = "The file, or the folder; it must not be there yet.")
    private Path out = Path.of("");

    @Option(
            names = "--type",
            paramLabel = "NAME",
            description = "For gguf, what weights of matrices become: f32, which is exact, or f16 or bf16, which take"
                    + " half. Default: f32")
    private @Nullable TensorType type;

    @Option(names = "--json", description = "Write one JSON object to standard output, and all else to standard error.")
    private boolean json;

    ExportCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        if (type != null && format != Format.GGUF) {
            throw new BadInputException("--type is for --format gguf; a Hugging Face folder stays as it is");
        }
        Path place = format == Format.GGUF ? NewPlace.ofFile(environment, out) : NewPlace.ofFolder(environment, out);
        Environment quiet = json ? environment.onStandardError() : environment;
        ReadingBar bar = new ReadingBar(quiet.out(), quiet.screen(), System::nanoTime);
        try {
            Path folder = folder();
            requireWhole(folder, bar);
            try (StoredModel stored = open(folder)) {
                switch (format) {
                    case GGUF -> {
                        CountedModel counted = new CountedModel(stored, bar.counting("Writing", "weights"));
                        AtomicFiles.write(place, GgufWriter.content(counted, name(place), weights()));
                    }
                    case HUGGINGFACE ->
                        NewFolder.write(
                                place, ModelFolder.filesForOthers(folder, stored, counted("Writing", folder, bar)));
                }
                bar.erase();
                report(stored, place);
            }
        } finally {
            bar.erase();
        }
        return 0;
    }

    private Path folder() {
        if (model != null && sameModel != null) {
            throw new BadInputException("%s and --model %s are two models; give one".formatted(model, sameModel));
        }
        String given = model == null ? sameModel : model;
        RunFolders runs = new RunFolders(environment.folder());
        return given == null ? runs.newest() : runs.named(given);
    }

    private static void requireWhole(Path folder, ReadingBar bar) {
        try {
            ModelFolder.requireWhole(folder, counted("Checking", folder, bar));
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    /** Progress of what is told how many bytes of a folder's files are done, again and again. */
    private static LongConsumer counted(String title, Path folder, ReadingBar bar) throws IOException {
        Path followed = FolderName.follow(folder);
        long all = Files.isDirectory(followed) ? bytes(SealedFolder.files(followed)) : 0;
        ReadingProgress progress = bar.counting(title, "bytes");
        long[] done = {0};
        return count -> {
            done[0] += count;
            progress.read(done[0], all);
        };
    }

    private static StoredModel open(Path folder) {
        try {
            return StoredModel.open(folder);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        }
    }

    private TensorType weights() {
        return type == null ? TensorType.F32 : type;
    }

    /** The file's name without its ending. */
    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("(?i)\\.gguf$", "");
    }

    private void report(StoredModel stored, Path place) throws IOException {
        long weights = CountedModel.count(stored);
        long bytes = bytes(List.of(place));
        if (json) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("format", Choices.name(format));
            object.put("out", out.toString());
            object.put("architecture", Choices.name(stored.config().architecture()));
            object.put("parameters", weights);
            object.put("type", format == Format.GGUF ? Choices.name(weights()) : null);
            object.put("tokens", stored.config().vocabSize());
            object.put("bytes", bytes);
            environment.out().println(JsonObject.text(object));
            return;
        }
        environment
                .out()
                .println("%s, %,d parameters, %,d tokens: %s in %s"
                        .formatted(
                                Choices.name(stored.config().architecture()),
                                weights,
                                stored.config().vocabSize(),
                                Formats.bytes(bytes),
                                out));
    }

    private static long bytes(List<Path> paths) throws IOException {
        long bytes = 0;
        for (Path path : paths) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }
}
