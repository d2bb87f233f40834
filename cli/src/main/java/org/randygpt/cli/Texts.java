package org.randygpt.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.Corpus;
import org.randygpt.core.data.Corpus.Fingerprint;
import org.randygpt.core.data.DataFile;
import org.randygpt.core.data.DataFiles;
import org.randygpt.core.data.TextSettings;
import org.randygpt.train.DataSource;

/** The texts that {@code --data} can mean. */
final class Texts {
    /** The text that comes with the program. */
    static final String BUNDLED = "shakespeare-plays";
    /** The text that is fetched when it is asked for. */
    static final String FETCHED = "shakespeare";

    // Of sys/stat.h.
    private static final int KIND_OF_FILE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    static final String STANDARD_INPUT = "-";
    private static final Pattern WEIGHTED =
            Pattern.compile("(?i)(.+):([+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?|nan|inf(?:inity)?))");

    private final Environment environment;

    private Texts(Environment environment) {
        this.environment = environment;
    }

    /** The texts that a command can reach. */
    static Texts of(Environment environment) {
        return new Texts(environment);
    }

    /**
     * What a user has named.
     *
     * @param name where it is
     * @param weight null if it has none
     * @param suffix the weight as it was given, or nothing
     */
    private record Item(String name, @Nullable Double weight, String suffix) {}

    /**
     * Finds a text and reads its bytes once.
     *
     * @param names as they are given; none for the bundled one
     * @throws BadInputException saying why it cannot be trained on
     */
    TrainingText read(List<String> names, TextSettings settings) {
        if (names.stream().filter(STANDARD_INPUT::equals).count() > 1) {
            throw new BadInputException("--data: - is given twice, and standard input can be read once");
        }
        List<Item> items = new ArrayList<>();
        for (String name : names.isEmpty() ? List.of(BUNDLED) : names) {
            items.add(item(name));
        }
        ReadingBar bar = new ReadingBar(environment.out(), environment.screen(), System::nanoTime);
        try {
            Corpus corpus = new Corpus(parts(items), settings);
            Fingerprint fingerprint = corpus.fingerprint(bar.titled("Checking"));
            List<String> stored = items.stream().map(this::stored).toList();
            return new TrainingText(
                    new DataSource(stored, settings, corpus.sha256(fingerprint)), corpus, fingerprint, bar);
        } catch (IOException problem) {
            throw new BadInputException(Failures.sentence(problem), problem);
        } finally {
            bar.erase();
        }
    }

    /** A name that ends with a colon and a number has a weight, unless there is a file of the whole name. */
    private Item item(String name) {
        Matcher weighted = WEIGHTED.matcher(name);
        if (!weighted.matches() || exists(name)) {
            return new Item(name, null, "");
        }
        double weight = weight(weighted.group(2).toLowerCase(Locale.ROOT));
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new BadInputException("--data %s: a weight must be above 0 and finite".formatted(name));
        }
        return new Item(weighted.group(1), weight, ":" + weighted.group(2));
    }

    /** Of a number, or of nan or inf, which Java has in other letters. */
    private static double weight(String number) {
        if (number.contains("nan")) {
            return Double.NaN;
        }
        return number.contains("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(number);
    }

    /** The weights of texts that are named so, in order; none of those without. */
    List<Double> weights(List<String> names) {
        List<Double> weights = new ArrayList<>();
        for (String name : names) {
            Double weight = item(name).weight;
            if (weight != null) {
                weights.add(weight);
            }
        }
        return weights;
    }

    /** Whether a text, with its weight or without, is what comes in and is kept nowhere. */
    static boolean isStandardInput(Object name) {
        return name.equals(STANDARD_INPUT) || name.toString().startsWith(STANDARD_INPUT + ":");
    }

    private boolean exists(String name) {
        try {
            return Files.exists(environment.folder().resolve(name));
        } catch (InvalidPathException pattern) {
            return false;
        }
    }

    private List<Corpus.Part> parts(List<Item> items) throws IOException {
        List<Item> unweighted =
                items.stream().filter(item -> item.weight == null).toList();
        if (!unweighted.isEmpty() && unweighted.size() < items.size()) {
            throw new BadInputException(
                    "--data: %s has no weight and others have; give one to each, as in a.txt:0.7 b.txt:0.3, or to none"
                            .formatted(unweighted.getFirst().name));
        }
        List<Corpus.Part> parts = new ArrayList<>();
        List<DataFile> together = new ArrayList<>();
        for (Item item : items) {
            List<DataFile> files = files(item.name);
            if (item.weight == null) {
                files.stream()
                        .filter(file -> together.stream()
                                .noneMatch(other -> other.name().equals(file.name())))
                        .forEach(together::add);
            } else {
                parts.add(part(files, item.weight));
            }
        }
        return parts.isEmpty() ? List.of(part(together, 1)) : parts;
    }

    private static Corpus.Part part(List<DataFile> files, double weight) {
        List<DataFile> tokens = files.stream()
                .filter(file -> file.format() == DataFile.Format.TOKENS)
                .toList();
        if (!tokens.isEmpty() && tokens.size() < files.size()) {
            throw new BadInputException(
                    "--data: %s holds tokens and others hold text; give them weights to train on both"
                            .formatted(tokens.getFirst().name()));
        }
        return new Corpus.Part(files, weight);
    }

    private List<DataFile> files(String name) throws IOException {
        if (name.isBlank()) {
            throw new BadInputException("--data is empty; name a file or folder, or leave it out");
        }
        if (name.equals(BUNDLED)) {
            return List.of(DataFile.ofBytes(name, bundled()));
        }
        if (name.equals(FETCHED)) {
            return List.of(DataFile.ofBytes(name, environment.tinyShakespeare().bytes()));
        }
        if (name.equals(STANDARD_INPUT)) {
            return List.of(copied("standard input", environment.in()));
        }
        if (!exists(name)) {
            try {
                return DataFiles.find(name, environment.folder());
            } catch (IOException none) {
                throw new BadInputException(
                        "%s; --data takes text files, folders, %s or %s%s"
                                .formatted(Failures.sentence(none), BUNDLED, FETCHED, weightHint(name)),
                        none);
            }
        }
        Path path = environment.folder().resolve(name);
        if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
            if (isDevice(path)) {
                throw new BadInputException(
                        "%s is a device, which has no end; --data takes files, folders and pipes".formatted(path));
            }
            try (InputStream pipe = Files.newInputStream(path)) {
                return List.of(copied(path.toString(), pipe));
            }
        }
        return DataFiles.find(name, environment.folder());
    }

    private String weightHint(String name) {
        int colon = name.lastIndexOf(':');
        return colon > 0 && exists(name.substring(0, colon))
                ? "; a weight behind a name is a number, as in %s:0.7".formatted(name.substring(0, colon))
                : "";
    }

    /** What can be read only once is read several times from a copy. */
    private DataFile copied(String name, InputStream in) throws IOException {
        DataFile copy = PipeCopy.inTemporaryFolder().of(name, in);
        if (PipeCopy.looksLikeRecords(copy)) {
            environment
                    .err()
                    .println(
                            "randygpt: %s is read as plain text, and looks like records; for a document of each, put it into a file whose name ends with .jsonl"
                                    .formatted(name));
        }
        return copy;
    }

    /** Not a pipe, and not a file of a system that has no modes. */
    private static boolean isDevice(Path path) {
        try {
            int kind = (int) Files.getAttribute(path, "unix:mode") & KIND_OF_FILE;
            return kind == CHARACTER_DEVICE || kind == BLOCK_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return false;
        }
    }

    /** What a run that goes on from another folder needs to find it again. */
    private String stored(Item item) {
        if (List.of(BUNDLED, FETCHED, STANDARD_INPUT).contains(item.name)) {
            return item.name + item.suffix;
        }
        if (exists(item.name)) {
            Path path = environment.folder().resolve(item.name).toAbsolutePath().normalize();
            return path + item.suffix;
        }
        // A pattern is no path everywhere.
        boolean absolute = new File(item.name).isAbsolute();
        return (absolute ? "" : environment.folder().toAbsolutePath() + File.separator) + item.name + item.suffix;
    }

    private static byte[] bundled() throws IOException {
        try (@Nullable InputStream resource = Texts.class.getResourceAsStream(BUNDLED + ".txt")) {
            if (resource == null) {
                throw new IOException("the text %s is missing from this build".formatted(BUNDLED));
            }
            return resource.readAllBytes();
        }
    }
}
