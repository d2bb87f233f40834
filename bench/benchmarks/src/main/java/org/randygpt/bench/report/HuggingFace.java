package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.randygpt.core.checkpoint.JsonObject;

/**
 * Hugging Face's tokenizers, by a driver of ours, in a process of its own each time.
 *
 * @param python command of a Python that can import it
 * @param version of the package
 * @param folder for what the processes read and write
 */
record HuggingFace(String python, String version, Path folder) {

    /**
     * How one turn went.
     *
     * @param seconds that it took
     * @param form how it was given the text, the fastest way for it
     * @param tokens that it made, or learnt
     */
    record Turn(double seconds, String form, int tokens) {}

    /** One turn of each. */
    record Turns(Turn encoding, Turn learning) {

        /** How the text was given, or each of the ways if turns differ. */
        static String forms(List<Turns> all, Function<Turns, Turn> one) {
            return String.join(
                    " or ", all.stream().map(one).map(Turn::form).distinct().toList());
        }
    }

    /**
     * Asks a Python for its tokenizers.
     *
     * @throws IOException when it has none
     */
    static HuggingFace of(String python, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("tokenizers.log");
        OtherProcess.run(List.of(python, "-c", "import tokenizers; print(tokenizers.__version__)"), Map.of(), log);
        List<String> lines = Files.readAllLines(log);
        if (lines.isEmpty()) {
            throw new IOException("%s printed no version of tokenizers; is it a Python?".formatted(python));
        }
        return new HuggingFace(python, lines.getLast(), folder);
    }

    /** With its version. */
    String name() {
        return "tokenizers " + version;
    }

    /**
     * Encodes a text on one thread, and learns a vocabulary from it.
     *
     * @param tokenizer a tokenizer.json, for encoding
     * @param vocabSize how many tokens are learnt
     * @param threads for learning
     */
    Turns takeTurns(Path text, Path tokenizer, int vocabSize, int threads) throws IOException, InterruptedException {
        return new Turns(
                turn(List.of("encode", text.toString(), tokenizer.toString()), 1),
                turn(List.of("learn", text.toString(), Integer.toString(vocabSize)), threads));
    }

    private Turn turn(List<String> arguments, int threads) throws IOException, InterruptedException {
        Path result = folder.resolve("tokenizers.json");
        Path driver = DriverFile.copy("tokenizers_driver.py", folder);
        List<String> command = new ArrayList<>(List.of(python, driver.toString(), result.toString()));
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                "RAYON_NUM_THREADS",
                Integer.toString(threads),
                "TOKENIZERS_PARALLELISM",
                Boolean.toString(threads > 1));
        OtherProcess.run(command, environment, folder.resolve("tokenizers.log"));
        JsonObject json = JsonObject.read(result);
        return new Turn(json.longInteger("nanos") / 1e9, json.text("form"), json.integer("tokens"));
    }
}
