package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.randygpt.bench.report.HuggingFace.Turns;
import org.randygpt.core.checkpoint.TokenizerFolder;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.PreTokenization;
import org.randygpt.core.text.SpecialTokens;

/** How fast a text becomes byte-pair tokens and a vocabulary is learnt, here and by Hugging Face's tokenizers. */
final class Tokens implements Subject {
    private static final int VOCABULARY = 4096;
    private static final int BYTES = 10_000_000;
    /** Of a word of so many letters tokens of up to half as many are learnt. */
    private static final int LETTERS = 4096;

    private static final int REPETITIONS = 5;

    private static final String ENCODING = "encoding, 1 thread";

    private final String python;
    private final int bytes;

    /** Of a text of 10 MB. */
    Tokens(ReportOptions options) {
        this(options.python(), BYTES);
    }

    /** Of a text of so many bytes. */
    Tokens(String python, int bytes) {
        this.python = python;
        this.bytes = bytes;
    }

    /** Seconds of ours for learning, and for encoding on one thread and on all. */
    private record Round(double learning, double alone, double together) {}

    @Override
    public String title() {
        return "Tokens";
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        Optional<byte[]> source = BundledText.read();
        if (source.isEmpty()) {
            return Section.of(title(), "", List.of()).withNotes(List.of(BundledText.ABSENT));
        }
        return measure(source.get(), setting);
    }

    /** Measures it with a text that is like another one. */
    Section measure(byte[] source, Setting setting) throws IOException, InterruptedException {
        byte[] text = PseudoText.like(source, bytes, 1);
        List<String> notes = new ArrayList<>();
        List<Row> rows = new ArrayList<>(compare(text, setting, notes));
        rows.add(word(setting));
        return Section.of(title(), method(differentWords(text), setting), rows).withNotes(notes);
    }

    private String method(long words, Setting setting) {
        return "Byte-level byte-pair encoding, cut by GPT-2's pattern, of %,d bytes with %,d different words: each letter is drawn"
                        .formatted(bytes, words)
                + " from those that follow the three before it in plays of Shakespeare. Encoding: by %,d tokens learnt from it, ours"
                        .formatted(VOCABULARY)
                + " to an array of ids, of %d times in a row. Medians of %d rounds in turn, after one of ours that does not count. Hugging Face's: each in a"
                        .formatted(REPETITIONS, setting.extent().processes())
                + " process of its own, the same text and tokenizer.json, given in the form that is fastest for it with a tenth of the"
                + " text, of lines and parts of 10 KB, 100 KB and 1 MB; reading, cutting and lists of ids do not count. The word of"
                + " one letter has tokens of up to %,d letters; 2 is where time is linear.".formatted(LETTERS / 2);
    }

    private List<Row> compare(byte[] text, Setting setting, List<String> notes)
            throws IOException, InterruptedException {
        int threads = setting.all().count();
        BpeTokenizer tokenizer = learn(text, VOCABULARY, threads);
        int tokens = tokenizer.encode(text).length;
        Path file = Files.write(setting.folder().resolve("tokens.txt"), text);
        Path folder = setting.folder().resolve("tokens");
        TokenizerFolder.save(folder, tokenizer);
        Optional<HuggingFace> other = other(setting.folder(), notes);
        List<Round> rounds = new ArrayList<>();
        List<Turns> theirs = new ArrayList<>();
        for (int round = 0; round < setting.extent().processes(); round++) {
            rounds.add(new Round(
                    seconds(() -> learn(text, VOCABULARY, threads)),
                    repeated(() -> tokenizer.encode(text)),
                    repeated(() -> tokenizer.encode(text, threads))));
            try {
                if (other.isPresent()) {
                    theirs.add(other.get().takeTurns(file, folder.resolve("tokenizer.json"), VOCABULARY, threads));
                }
            } catch (IOException failure) {
                notes.add("%s failed: %s".formatted(other.orElseThrow().name(), failure.getMessage()));
                other = Optional.empty();
            }
        }
        List<Row> rows = new ArrayList<>(ours(rounds, threads));
        if (!theirs.isEmpty() && other.isPresent()) {
            rows.addAll(theirs(other.get().name(), theirs, rounds, threads));
            notes.add(
                    "%s makes %,d tokens of the text, ours %,d; it was given it for learning in %s, for encoding in %s"
                            .formatted(
                                    other.get().name(),
                                    theirs.getFirst().encoding().tokens(),
                                    tokens,
                                    Turns.forms(theirs, Turns::learning),
                                    Turns.forms(theirs, Turns::encoding)));
        }
        return rows;
    }

    private Optional<HuggingFace> other(Path folder, List<String> notes) throws InterruptedException {
        try {
            return Optional.of(HuggingFace.of(python, folder));
        } catch (IOException absent) {
            notes.add("not measured: Hugging Face's tokenizers: pip install tokenizers and pass --python PATH (%s)"
                    .formatted(absent.getMessage()));
            return Optional.empty();
        }
    }

    private List<Row> ours(List<Round> rounds, int threads) {
        double alone = median(rounds, Round::alone);
        double together = median(rounds, Round::together);
        List<Row> rows = new ArrayList<>(List.of(rate(ENCODING, alone)));
        if (threads > 1) {
            rows.add(
                    rate("encoding, %d threads".formatted(threads), together, new Ratio(alone / together, "1 thread")));
        }
        rows.add(Row.of(learning(threads), median(rounds, Round::learning), "s"));
        return rows;
    }

    private List<Row> theirs(String name, List<Turns> theirs, List<Round> ours, int threads) {
        double encoding = median(theirs, turns -> turns.encoding().seconds());
        double learning = median(theirs, turns -> turns.learning().seconds());
        return List.of(
                rate(
                        "%s, %s".formatted(ENCODING, name),
                        encoding,
                        new Ratio(encoding / median(ours, Round::alone), "our time")),
                Row.of(
                        "%s, %s".formatted(learning(threads), name),
                        learning,
                        "s",
                        new Ratio(learning / median(ours, Round::learning), "our time")));
    }

    /** The encoding of one long word, against that of half of it. */
    private Row word(Setting setting) {
        BpeTokenizer tokenizer = learn(letters(LETTERS), VOCABULARY, 1);
        byte[] whole = letters(bytes);
        byte[] half = letters(bytes / 2);
        tokenizer.encode(half);
        List<Double> wholes = new ArrayList<>();
        List<Double> halves = new ArrayList<>();
        // It takes so long that few rounds are enough.
        for (int round = 0; round < setting.extent().processes() / 2; round++) {
            halves.add(seconds(() -> tokenizer.encode(half)));
            wholes.add(seconds(() -> tokenizer.encode(whole)));
        }
        double seconds = median(wholes, Double::doubleValue);
        return Row.of(
                        "encoding a word of one letter, %,d times".formatted(bytes),
                        seconds,
                        "s",
                        new Ratio(seconds / median(halves, Double::doubleValue), "half of it"))
                .asked("about 2");
    }

    private static BpeTokenizer learn(byte[] text, int vocabSize, int threads) {
        BpeTrainer trainer = new BpeTrainer(PreTokenization.GPT2, threads);
        trainer.add(text);
        return trainer.train(vocabSize, List.of(SpecialTokens.END_OF_TEXT));
    }

    private static String learning(int threads) {
        return "learning %,d tokens, %d %s".formatted(VOCABULARY, threads, threads == 1 ? "thread" : "threads");
    }

    private static byte[] letters(int count) {
        return "e".repeat(count).getBytes(StandardCharsets.US_ASCII);
    }

    private static long differentWords(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1)
                .lines()
                .flatMap(line -> Arrays.stream(line.split(" ", 0)))
                .distinct()
                .count();
    }

    private Row rate(String name, double seconds, Ratio... ratios) {
        return Row.of(name, bytes / 1e6 / seconds, "MB/s", ratios);
    }

    private static double seconds(Supplier<?> work) {
        long started = System.nanoTime();
        Objects.requireNonNull(work.get());
        return (System.nanoTime() - started) / 1e9;
    }

    /** The median of several in a row: the first on more threads than before makes what the others find. */
    private static double repeated(Supplier<?> work) {
        return Rounds.median(
                IntStream.range(0, REPETITIONS).mapToDouble(_ -> seconds(work)).toArray());
    }

    private static <T> double median(List<T> all, ToDoubleFunction<T> seconds) {
        return Rounds.median(all.stream().mapToDouble(seconds).toArray());
    }
}
