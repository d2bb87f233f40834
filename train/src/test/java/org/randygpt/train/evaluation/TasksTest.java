package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.generate.Generator;
import org.randygpt.core.text.CharTokenizer;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.evaluation.ContinuationScorer.Continuation;
import org.randygpt.train.evaluation.ContinuationScorer.Score;

class TasksTest {
    private static final SavedModel MODEL = TinyModel.of(1, CharTokenizer.of(TinyModel.LETTERS), 24);

    @Test
    void likelihoodsAreThoseOfOneTokenAtATime() {
        List<Continuation> asked = new ArrayList<>();
        for (int context = 0; context < 40; context += 3) {
            for (int length = 1; length < 30; length += 7) {
                asked.add(
                        new Continuation("x", TinyModel.text(context, context), TinyModel.text(length, 100L + length)));
            }
        }
        List<Score> scores = score(asked, 1);
        for (int i = 0; i < asked.size(); i++) {
            Score expected = reference(asked.get(i));
            assertEquals(expected.logLikelihood(), scores.get(i).logLikelihood(), 1e-3);
            assertEquals(expected.isLikeliest(), scores.get(i).isLikeliest());
        }
        assertEquals(scores, score(asked, 3));
    }

    @ParameterizedTest
    @CsvSource({"0, 24", "0, 25", "0, 100", "7, 25", "7, 60", "23, 30", "24, 30", "40, 25", "40, 90"})
    void allOfAnEndingLongerThanTheContextIsScored(int before, int length) {
        String context = TinyModel.text(before, 5);
        String ending = TinyModel.text(length, 6);
        Continuation asked = new Continuation("x", context, ending);
        Score expected = oneByOne(asked);
        Score score = score(List.of(asked), 1).getFirst();
        assertEquals(expected.logLikelihood(), score.logLikelihood(), 1e-5 * Math.abs(expected.logLikelihood()));
        assertEquals(expected.isLikeliest(), score.isLikeliest());
    }

    @Test
    void greedyContinuationIsTheLikeliest() {
        // After these no token is likely that stands around documents.
        StringBuilder text = new StringBuilder("a lazy");
        try (Workers workers = new Workers(1)) {
            Generator generator = new Generator(MODEL.config(), MODEL.parameters(), workers, VectorKernels::new);
            generator.append(MODEL.tokenizer().bos());
            float[] logits = generator.append(MODEL.tokenizer().encode("a lazy"));
            for (int i = 0; i < 5; i++) {
                logits[MODEL.tokenizer().bos()] = Float.NEGATIVE_INFINITY;
                logits[MODEL.tokenizer().eos()] = Float.NEGATIVE_INFINITY;
                int best = 0;
                for (int id = 0; id < logits.length; id++) {
                    best = logits[id] > logits[best] ? id : best;
                }
                text.append(MODEL.tokenizer().decode(best));
                logits = generator.append(best);
            }
        }
        Continuation greedy = new Continuation("x", "a lazy", text.substring(6));
        assertTrue(score(List.of(greedy), 1).getFirst().isLikeliest());
        Continuation other =
                new Continuation("x", "a lazy", text.substring(6, 10) + (text.charAt(10) == 'a' ? 'b' : 'a'));
        assertFalse(score(List.of(other), 1).getFirst().isLikeliest());
    }

    @Test
    void choiceIsByTheSumAndByTheLength() throws IOException {
        // The model's own order of these endings, from one token at a time.
        List<String> endings = List.of("a", "fox, fox", "the lazy dog.");
        double[] sums = new double[3];
        double[] means = new double[3];
        for (int i = 0; i < 3; i++) {
            sums[i] = reference(new Continuation("x", "the quick", " " + endings.get(i)))
                    .logLikelihood();
            means[i] = sums[i] / endings.get(i).length();
        }
        List<String> lines = new ArrayList<>();
        for (int label = 0; label < 3; label++) {
            lines.add("{\"ctx\": \"the quick\", \"endings\": [\"a\", \"fox, fox\", \"the lazy dog.\"], \"label\": %d}"
                    .formatted(label));
        }
        for (int label = 0; label < 3; label++) {
            TaskResult.Choices result = (TaskResult.Choices) answer(lines.get(label));
            assertEquals(best(sums) == label ? 1 : 0, result.accuracy());
            assertEquals(best(means) == label ? 1 : 0, result.normalizedAccuracy());
        }
        TaskResult.Choices all = (TaskResult.Choices) answer(String.join("\n", lines));
        assertEquals(3, all.count());
        assertEquals(1.0 / 3, all.accuracy(), 1e-12);
        assertEquals(1.0 / 3, all.chance(), 1e-12);
        assertEquals(Math.sqrt(1.0 / 3 * 2 / 3 / 2), all.standardError(all.accuracy()), 1e-12);
    }

    @Test
    void perplexityOfLastWordsIsThatOfWholeWords() throws IOException {
        TaskResult.LastWords result =
                (TaskResult.LastWords) answer("{\"text\": \"the quick brown fox\"}\n\n{\"text\": \"a dog \\n\"}\n");
        double sum = reference(new Continuation("x", "the quick brown", " fox")).logLikelihood()
                + reference(new Continuation("x", "a", " dog")).logLikelihood();
        assertEquals(2, result.count());
        assertEquals(Math.exp(-sum / 2), result.perplexity(), 1e-3 * result.perplexity());
    }

    @Test
    void hellaSwagsOwnLinesAreCleanedAsTheHarnessDoes() throws IOException {
        TaskItem.Choice item = (TaskItem.Choice) TaskFile.read(
                        "h",
                        "{\"ind\": 4, \"activity_label\": \"Removing ice\", \"ctx_a\": \"A man [header] sits [title] Then.\", \"ctx_b\": \"he is\", \"ctx\": \"not used\", \"endings\": [\" uses [step] it.\", \"stops.\"], \"label\": \"1\", \"split\": \"val\"}")
                .getFirst();
        assertEquals("Removing ice: A man sits. Then. He is", item.context());
        assertEquals(List.of(" uses it.", " stops."), item.endings());
        assertEquals(List.of("uses it.".length(), "stops.".length()), item.lengths());
        assertEquals(1, item.label());
    }

    @Test
    void endingsAreSeparatedFromTheContextOnce() throws IOException {
        for (String context : List.of("of a", "of a ")) {
            for (String ending : List.of("fox", " fox")) {
                TaskItem.Choice item = (TaskItem.Choice) TaskFile.read(
                                "h",
                                "{\"ctx\": \"%s\", \"endings\": [\"%s\", \"b\"], \"label\": 0}"
                                        .formatted(context, ending))
                        .getFirst();
                if (!(context.endsWith(" ") && ending.startsWith(" "))) {
                    assertEquals("of a fox", item.context() + item.endings().getFirst());
                }
            }
        }
        TaskItem.LastWord last = (TaskItem.LastWord)
                TaskFile.read("l", "{\"text\": \"of a  fox. \"}").getFirst();
        assertEquals("of a ", last.context());
        assertEquals(" fox.", last.word());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    not json                                           | t, line 2: byte 0: this is not a JSON object
                    []                                                 | t, line 2
                    {}                                                 | t, line 2: there is neither endings, for multiple choice, nor text, for a last word; there is nothing
                    {'question': 'a', 'x': 1}                          | t, line 2: there is neither endings, for multiple choice, nor text, for a last word; there is question, x
                    {'endings': ['a', 'b'], 'label': 0}                | t, line 2: the key ctx is missing
                    {'ctx': 'a', 'endings': ['a', 'b']}                | t, line 2: the key label is missing
                    {'ctx': 'a', 'endings': ['a', 'b'], 'label': 2}    | t, line 2: label is 2; it must be the number of an ending, 0 to 1
                    {'ctx': 'a', 'endings': ['a', 'b'], 'label': 'b'}  | t, line 2: label is "b"; it must be a whole number
                    {'ctx': 'a', 'endings': ['a'], 'label': 0}         | t, line 2: endings is [a]; it must be a list of at least 2 texts
                    {'ctx': 'a', 'endings': ['a', ''], 'label': 0}     | t, line 2: endings is [a, ]; it must be a list of texts, none of them empty
                    {'ctx': 'a', 'endings': 'ab', 'label': 0}          | t, line 2: endings is "ab"; it must be a list
                    {'text': 'word'}                                   | t, line 2: text is "word"; it must be at least two words
                    {'text': 'a last word'}                            | t, line 2 is a last word, and t, line 1 is multiple choice; a file must be of one form
            """)
    void badLineIsNamed(String line, String message) {
        String lines = "{\"ctx\": \"a\", \"endings\": [\"a\", \"b\"], \"label\": 1}\n" + line.replace('\'', '"');
        IOException refused = assertThrows(IOException.class, () -> TaskFile.read("t", lines));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
    }

    @Test
    void emptyFileAndUnknownCharacterAreNamed() {
        IOException empty = assertThrows(IOException.class, () -> TaskFile.read("t", "\n \n"));
        assertEquals("t has no questions; each line must be one", empty.getMessage());
        IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class, () -> answer("\n{\"text\": \"of a Fox\"}"));
        assertTrue(
                String.valueOf(unknown.getMessage()).startsWith("t, line 2: the character 'F'"), unknown.getMessage());
    }

    private static int best(double[] numbers) {
        int best = 0;
        for (int i = 0; i < numbers.length; i++) {
            best = numbers[i] > numbers[best] ? i : best;
        }
        return best;
    }

    private static TaskResult answer(String lines) throws IOException {
        List<TaskItem> items = TaskFile.read("t", lines);
        try (Workers workers = new Workers(1)) {
            return new Tasks(MODEL, new Hardware(workers, VectorKernels::new)).answer(items, (_, _) -> {});
        }
    }

    private static List<Score> score(List<Continuation> asked, int threads) {
        try (Workers workers = new Workers(threads)) {
            return new ContinuationScorer(MODEL, new Hardware(workers, VectorKernels::new)).score(asked, (_, _) -> {});
        }
    }

    /** Each token of the continuation after as much as the context holds. */
    private static Score oneByOne(Continuation asked) {
        int[] text = MODEL.tokenizer().encode(asked.context() + asked.continuation());
        double sum = 0;
        boolean likeliest = true;
        try (Workers workers = new Workers(1)) {
            for (int at = asked.context().length(); at < text.length; at++) {
                Generator generator = new Generator(MODEL.config(), MODEL.parameters(), workers, VectorKernels::new);
                float[] logits = at < 24 ? generator.append(MODEL.tokenizer().bos()) : new float[0];
                int from = Math.max(0, at - 24);
                if (from < at) {
                    logits = generator.append(Arrays.copyOfRange(text, from, at));
                }
                double total = 0;
                for (float logit : logits) {
                    total += Math.exp(logit);
                    likeliest &= logit <= logits[text[at]];
                }
                sum += logits[text[at]] - Math.log(total);
            }
        }
        return new Score(sum, likeliest);
    }

    /** One token at a time, of as much as the context holds. */
    private static Score reference(Continuation asked) {
        if (asked.continuation().length() > MODEL.config().context()) {
            return oneByOne(asked);
        }
        int[] all = MODEL.tokenizer().encode(asked.context() + asked.continuation());
        int[] tokens = new int[all.length + 1];
        tokens[0] = MODEL.tokenizer().bos();
        System.arraycopy(all, 0, tokens, 1, all.length);
        int start = Math.max(0, tokens.length - 1 - MODEL.config().context());
        int first = Math.max(start + 1, asked.context().length() + 1);
        double sum = 0;
        boolean likeliest = true;
        try (Workers workers = new Workers(1)) {
            Generator generator = new Generator(MODEL.config(), MODEL.parameters(), workers, VectorKernels::new);
            for (int at = start; at < tokens.length - 1; at++) {
                float[] logits = generator.append(tokens[at]);
                if (at + 1 >= first) {
                    double total = 0;
                    for (float logit : logits) {
                        total += Math.exp(logit);
                        likeliest &= logit <= logits[tokens[at + 1]];
                    }
                    sum += logits[tokens[at + 1]] - Math.log(total);
                }
            }
        }
        return new Score(sum, likeliest);
    }
}
