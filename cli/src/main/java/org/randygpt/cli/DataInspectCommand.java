package org.randygpt.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.TextInspection.OfTokens;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.data.TextStatistics;
import org.randygpt.core.data.TextStatistics.Kind;
import org.randygpt.core.data.TokenCache;
import org.randygpt.core.data.TokenIds;
import org.randygpt.train.Floors;
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
            "  randygpt data inspect stories.jsonl.gz --tokenizer my-tokens",
            "  randygpt data inspect train.bin --tokenizer gpt2 --json"
        })
final class DataInspectCommand implements Callable<Integer> {
    private static final int MOST_CHARACTERS = 8;

    private final Environment environment;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "As for --data.")
    private List<String> files = List.of();

    @Option(
            names = "--tokenizer",
            paramLabel = "NAME",
            description =
                    "What tokens are, as for train. Default: char; for files of tokens, which then are only counted,"
                            + " none")
    private @Nullable String tokenizer;

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

    @Option(names = "--json", description = "Write one JSON object to standard output, and all else to standard error.")
    private boolean json;

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
            NewPlace.requireReplaceable(
                    "--picture " + picture, environment.folder().resolve(picture));
        }
        Environment quiet = json ? environment.onStandardError() : environment;
        List<String> names = new ArrayList<>(text.data());
        names.addAll(files);
        TrainingText read = Texts.of(quiet).read(names, text.settings());
        requireTokenizer(read);
        TokenCache kept = cache.cache(environment, note -> quiet.out().println(note));
        TextInspection inspection = TextInspection.of(read, tokenizer, kept, quiet, threads);
        if (json) {
            environment.out().println(JsonObject.text(InspectionJson.of(inspection)));
        } else {
            print(inspection);
        }
        TextStatistics statistics = inspection.statistics();
        if (statistics != null) {
            boolean many = statistics.documents().count() > 1;
            Lengths lengths =
                    Lengths.of(many ? "documents" : "lines", many ? statistics.documents() : statistics.lines());
            if (!json) {
                lengths.print(environment.out());
                characters(statistics);
            }
            if (picture != null) {
                Path file = environment.folder().resolve(picture);
                lengths.draw(file);
                quiet.out().println("Drawn in " + file);
            }
        }
        environment.out().flush();
        return 0;
    }

    private void requireTokenizer(TrainingText read) {
        if (picture != null && tokenizer == null && read.corpus().holdsTokens()) {
            throw new BadInputException(
                    "--picture: %s holds tokens, and how long the documents are only their --tokenizer tells; give it, such as gpt2"
                            .formatted(read.shownName()));
        }
    }

    private void print(TextInspection inspection) {
        row(
                "Text",
                "%s: %s, %s as stored",
                inspection.name(),
                Formats.count(inspection.files(), "file"),
                Formats.count(inspection.storedBytes(), "byte"));
        TextStatistics statistics = inspection.statistics();
        if (statistics != null) {
            content(statistics);
        }
        OfTokens tokens = inspection.tokens();
        if (tokens != null) {
            tokens(tokens);
        }
        TokenIds ids = inspection.ids();
        if (ids != null) {
            row("Tokens", "%,d, %,d of them different, the highest %,d", ids.count(), ids.different(), ids.highest());
            row("", "give the --tokenizer that they were made with, such as gpt2, for documents, text and floors");
        }
    }

    private void content(TextStatistics statistics) {
        Map<Integer, Long> characters = statistics.characters().byCodePoint();
        row(
                "Characters",
                "%,d, %,d of them different, in %s of UTF-8",
                characters.values().stream().mapToLong(Long::longValue).sum(),
                characters.size(),
                Formats.count(statistics.bytes(), "byte"));
        kind("Documents", statistics.documents());
        kind("Lines", statistics.lines());
        String noticed = NoticedText.of(statistics.counts());
        row("Noticed", "%s", noticed.isEmpty() ? "nothing odd" : noticed);
    }

    private void kind(String label, Kind kind) {
        row(
                label,
                "%,d, the longest of %s; %,d like one before",
                kind.count(),
                Formats.count(kind.longest(), "byte"),
                kind.copies());
    }

    private void tokens(OfTokens tokens) {
        row(
                "Tokens",
                "%,d of --tokenizer %s, %.2f bytes each, a vocabulary of %,d",
                tokens.count(),
                tokens.tokenizer(),
                tokens.bytesEach(),
                tokens.vocabSize());
        Floors floors = tokens.floors();
        if (floors == null) {
            row("Floors", "none: the text is too short to hold a part of it out");
            return;
        }
        row(
                "Floors",
                "uniform %.3f, unigram %.3f, bigram %.3f, 5-gram %.3f nats per token, on the tenth that is held out",
                floors.uniform(),
                floors.unigram(),
                floors.bigram(),
                floors.fiveGram());
    }

    private static void requireKind(Path file) {
        String name = file.toString();
        if (!name.endsWith(".png") && !name.endsWith(".svg")) {
            throw new BadInputException(
                    "--picture %s: its name must end in .png or .svg, which says what it is to be".formatted(file));
        }
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
            Lengths.bar(environment.out(), shown(each.getKey()), each.getValue(), most);
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

    private void row(String label, String format, Object... values) {
        environment.out().println("%-11s %s".formatted(label, format.formatted(values)));
    }
}
