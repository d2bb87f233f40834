package org.randygpt.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.charts.BarChart;
import org.randygpt.cli.charts.Picture;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.data.TextStatistics;
import org.randygpt.core.data.TextStatistics.Kind;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.text.Tokenizer;
import org.randygpt.train.Floors;
import org.randygpt.train.Sampling;
import org.randygpt.train.TokenDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code randygpt data inspect}. */
@Command(
        name = "inspect",
        description = "Tells how long texts are, what they consist of, and how predictable they are.",
        sortOptions = false,
        sortSynopsis = false,
        optionListHeading = "%n",
        footer = {
            "",
            "Examples:",
            "  randygpt data inspect my.txt",
            "  randygpt data inspect stories.jsonl.gz --tokenizer my-tokens"
        })
final class DataInspectCommand implements Callable<Integer> {
    private static final int MOST_CHARACTERS = 8;
    private static final int BAR_CELLS = 40;
    private static final int PICTURE_WIDTH = 1200;
    private static final int PICTURE_HEIGHT = 700;

    private final Environment environment;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "As for --data.")
    private List<String> files = List.of();

    @Option(names = "--tokenizer", paramLabel = "NAME", description = "What tokens are, as for train. Default: char")
    private String tokenizer = Tokenizers.CHARACTERS;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Draw how many documents, or lines of a single one, are of which length: .png or .svg.")
    private @Nullable Path picture;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads; the result does not depend on it. Default: all cores")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private TextOptions text = new TextOptions();

    @Mixin
    private CacheOptions cache = new CacheOptions();

    DataInspectCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        RunRequest.requireThreads(threads);
        if (picture != null) {
            requireKind(picture);
        }
        List<String> names = new ArrayList<>(text.data());
        names.addAll(files);
        TrainingText read = Texts.of(environment).read(names, text.settings());
        Output out = environment.out();
        row(
                "Text",
                "%s: %s, %s",
                read.shownName(),
                Formats.count(read.corpus().files().size(), "file"),
                stored(read));
        if (!read.corpus().holdsTokens()) {
            TextStatistics statistics = read.read("Reading", threads, TextStatistics::of);
            content(statistics);
            tokens(read, statistics);
            boolean many = statistics.documents().count() > 1;
            lengths(many ? "documents" : "lines", many ? statistics.documents() : statistics.lines());
            characters(statistics);
        } else {
            tokens(read, null);
        }
        out.flush();
        return 0;
    }

    private static String stored(TrainingText text) {
        return "%,d bytes as stored".formatted(text.storedBytes());
    }

    private void content(TextStatistics statistics) {
        if (statistics.bytes() == 0) {
            return;
        }
        Map<Integer, Long> characters = statistics.characters().byCodePoint();
        row(
                "Characters",
                "%,d, %,d of them different, in %,d bytes of UTF-8",
                characters.values().stream().mapToLong(Long::longValue).sum(),
                characters.size(),
                statistics.bytes());
        kind("Documents", statistics.documents());
        kind("Lines", statistics.lines());
        String noticed = NoticedText.of(statistics.counts());
        row("Noticed", "%s", noticed.isEmpty() ? "nothing odd" : noticed);
    }

    private void kind(String label, Kind kind) {
        row(label, "%,d, the longest of %,d bytes; %,d like one before", kind.count(), kind.longest(), kind.copies());
    }

    private void tokens(TrainingText read, @Nullable TextStatistics statistics) throws IOException {
        Tokenizer tokens = Tokenizers.of(tokenizer, read, environment, threads);
        TokenCache kept = cache.cache(environment, note -> environment.out().println(note));
        TokenDataset dataset = read.dataset(tokens, kept, threads, 1, Sampling.USUAL, 1);
        long count = dataset.textTokens();
        row(
                "Tokens",
                "%,d of --tokenizer %s%s, a vocabulary of %,d",
                count,
                tokenizer,
                statistics == null ? "" : ", %.2f bytes each".formatted((double) statistics.bytes() / count),
                tokens.vocabSize());
        Floors floors = Floors.of(dataset, tokens.vocabSize());
        row(
                "Floors",
                "uniform %.3f, unigram %.3f, bigram %.3f, 5-gram %.3f nats per token, on the tenth that is held out",
                floors.uniform(),
                floors.unigram(),
                floors.bigram(),
                floors.fiveGram());
    }

    /** How many there are of each length. */
    private void lengths(String what, Kind kind) throws IOException {
        long[] lengths = kind.lengths();
        int first = 0;
        int last = lengths.length - 1;
        while (first < last && lengths[first] == 0) {
            first++;
        }
        while (last > first && lengths[last] == 0) {
            last--;
        }
        long most = 1;
        for (long length : lengths) {
            most = Math.max(most, length);
        }
        environment.out().println("");
        environment.out().println("Bytes of " + what + ":");
        List<String> labels = new ArrayList<>();
        List<Double> heights = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            String label = "%,d to %,d".formatted(1L << i, (1L << i + 1) - 1);
            labels.add(label);
            heights.add((double) lengths[i]);
            bar("%25s".formatted(label), lengths[i], most);
        }
        if (picture != null) {
            Path file = environment.folder().resolve(picture);
            draw(file, what, labels, heights);
            environment.out().println("Drawn in " + file);
        }
    }

    private static void requireKind(Path file) {
        String name = file.toString();
        if (!name.endsWith(".png") && !name.endsWith(".svg")) {
            throw new BadInputException(
                    "--picture %s: its name must end in .png or .svg, which says what it is to be".formatted(file));
        }
    }

    private static void draw(Path file, String what, List<String> labels, List<Double> heights) throws IOException {
        BarChart chart = new BarChart(
                "How long the %s are".formatted(what),
                "bytes of UTF-8",
                "number of " + what,
                labels,
                List.of(new BarChart.Group(what, heights)));
        byte[] drawn = Picture.of(chart, PICTURE_WIDTH, PICTURE_HEIGHT).file(file.toString());
        AtomicFiles.write(file, to -> to.write(ByteBuffer.wrap(drawn)));
    }

    private void characters(TextStatistics statistics) {
        List<Map.Entry<Integer, Long>> frequent = statistics.characters().byCodePoint().entrySet().stream()
                .sorted(Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_CHARACTERS)
                .collect(Collectors.toList());
        if (frequent.isEmpty()) {
            return;
        }
        environment.out().println("");
        environment.out().println("The most frequent characters:");
        long most = frequent.getFirst().getValue();
        for (Map.Entry<Integer, Long> each : frequent) {
            bar("%25s".formatted(shown(each.getKey())), each.getValue(), most);
        }
    }

    private static String shown(int character) {
        return switch (character) {
            case '\n' -> "line feed";
            case '\r' -> "carriage return";
            case '\t' -> "tab";
            case ' ' -> "space";
            default ->
                Character.isISOControl(character) ? "U+%04X".formatted(character) : Character.toString(character);
        };
    }

    private void bar(String label, long count, long most) {
        String cells = "#".repeat((int) Math.round((double) BAR_CELLS * count / most));
        environment.out().println("%s  %-40s %,d".formatted(label, cells, count));
    }

    private void row(String label, String format, Object... values) {
        environment.out().println("%-11s %s".formatted(label, format.formatted(values)));
    }
}
