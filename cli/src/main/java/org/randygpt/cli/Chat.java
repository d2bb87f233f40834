package org.randygpt.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Continuation.End;
import org.randygpt.cli.Continuation.Limits;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.core.generate.NucleusSampler;
import org.randygpt.core.generate.Sampler;

/** Someone and a model write a text in turn. */
final class Chat {
    static final List<String> WORDS = List.of("/help", "/quit", "/reset", "/temperature", "/tokens");

    private static final String HELP = """
            A line that you write joins the text, and the model goes on with it.
            An empty line has it go on where it stopped; a line that ends with \\ is not ended.
              /reset            forget the text
              /temperature X    below 1 more predictable, above 1 more daring; 0: always the likeliest
              /tokens N         how many tokens an answer has
              /quit             end; so does Ctrl-D
            Ctrl-C stops an answer. A text that begins with / is written with //.""";

    private final Lines lines;
    private final Output out;
    private final Supplier<Continuation> fresh;
    private final End end;
    private final Drawing drawing;
    private Continuation continuation;
    private int tokens;
    private boolean json;

    /** Tokens drawn by a temperature that may change. */
    static final class Drawing implements Sampler {
        private final int topK;
        private final double topP;
        private final Random random;
        private Sampler current;

        Drawing(double temperature, int topK, double topP, Random random) {
            this.topK = topK;
            this.topP = topP;
            this.random = random;
            current = at(temperature);
        }

        /** Draws by another temperature from now on; throws {@link IllegalArgumentException} when it cannot be. */
        void heat(double temperature) {
            current = at(temperature);
        }

        private Sampler at(double temperature) {
            // Made in any case, so that its settings are checked.
            Sampler drawn = new NucleusSampler(temperature == 0 ? 1 : temperature, topK, topP, random);
            return temperature == 0 ? Sampler.greedy() : drawn;
        }

        @Override
        public int next(float[] logits) {
            return current.next(logits);
        }
    }

    /**
     * An empty text.
     *
     * @param fresh makes a model that has read nothing, and which draws by {@code drawing}
     * @param tokens how many an answer has at most
     */
    Chat(Lines lines, Output out, Supplier<Continuation> fresh, Drawing drawing, int tokens, End end) {
        this.lines = lines;
        this.out = out;
        this.fresh = fresh;
        this.drawing = drawing;
        this.tokens = tokens;
        this.end = end;
        continuation = fresh.get();
    }

    /** Has each answer, and all else that is said, be a line with a JSON object. */
    Chat asJson() {
        json = true;
        return this;
    }

    /** Answers lines until there are no more, or one says so. */
    void run() {
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.startsWith("/") && !line.startsWith("//")) {
                String[] words = line.strip().split("\\s+", 2);
                if (words[0].equals("/quit") || words[0].equals("/exit")) {
                    return;
                }
                say(command(words[0], words.length > 1 ? words[1] : null));
            } else {
                answer(line.startsWith("//") ? line.substring(1) : line);
            }
        }
    }

    private void answer(String line) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        Output to = json ? new Output(kept) : out;
        try {
            int written = continuation.goOn(joined(line), new Limits(tokens, end, lines::isInterrupted), to);
            to.flush();
            out.println(json ? object(kept.toString(StandardCharsets.UTF_8), written) : "");
        } catch (IllegalArgumentException unknown) {
            String message = String.valueOf(unknown.getMessage());
            out.println(json ? JsonObject.line(Map.of("error", message)) : message);
        }
    }

    private void say(String text) {
        out.println(json ? JsonObject.line(Map.of("said", text)) : text);
    }

    private static String object(String text, int tokens) {
        SequencedMap<String, Object> object = new LinkedHashMap<>();
        object.put("text", text);
        object.put("tokens", tokens);
        return JsonObject.line(object);
    }

    /** A line as it follows the text: what stands on lines of its own on the screen does so for the model. */
    private String joined(String line) {
        String newline = continuation.knows("\n") ? "\n" : "";
        if (line.isEmpty()) {
            return "";
        }
        String start = continuation.hasLineEnded() ? "" : newline;
        return start + (line.endsWith("\\") ? line.substring(0, line.length() - 1) : line + newline);
    }

    private String command(String name, @Nullable String value) {
        return switch (name) {
            case "/help" -> HELP;
            case "/reset" -> {
                continuation = fresh.get();
                yield "The text is empty.";
            }
            case "/temperature" -> temperature(value);
            case "/tokens" -> tokens(value);
            default -> {
                String nearest = NearestName.of(name, WORDS);
                yield "there is no %s; %s"
                        .formatted(
                                name,
                                nearest == null
                                        ? "use " + String.join(", ", WORDS)
                                        : "did you mean %s?".formatted(nearest));
            }
        };
    }

    private String temperature(@Nullable String value) {
        try {
            drawing.heat(Double.parseDouble(value == null ? "" : value));
            return "The temperature is %s.".formatted(value);
        } catch (NumberFormatException none) {
            return "/temperature needs a number, such as /temperature 0.8";
        } catch (IllegalArgumentException cannotBe) {
            return String.valueOf(cannotBe.getMessage());
        }
    }

    private String tokens(@Nullable String value) {
        if (value == null || !value.matches("\\d{1,9}")) {
            return "/tokens needs a whole number, such as /tokens 200";
        }
        tokens = Integer.parseInt(value);
        return "An answer has %s.".formatted(Formats.count(tokens, "token"));
    }
}
