package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.generate.Generator;
import org.randygpt.kernels.VectorKernels;
import org.randygpt.kernels.Workers;
import org.randygpt.train.Trainer.Hardware;

class TextScorerTest {
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "1, 1", "1, 8", "7, 3", "8, 4", "8, 8", "9, 8", "9, 1", "16, 8", "17, 8", "100, 1", "100, 3", "100, 4",
        "100, 5", "100, 7", "100, 8", "5000, 4", "5000, 8"
    })
    void everyTokenIsScoredOnceWithItsContext(int length, int stride) {
        SavedModel model = TinyModel.of(1);
        String text = TinyModel.text(length, 2);
        TokenStore tokens = TinyModel.tokens(model.tokenizer(), text);
        TextLoss measured = score(model, tokens, stride, 1);
        Reference reference = new Reference(model, tokens, stride);
        assertEquals(length, measured.size().tokens());
        assertEquals(reference.nats, measured.nats(), TOLERANCE * length);
        assertEquals((double) reference.first / length, measured.top1(), 1e-9);
        assertEquals((double) reference.amongFive / length, measured.top5(), 1e-9);
        assertEquals(reference.confidence / length, meanConfidence(measured.calibration()), TOLERANCE);
        assertEquals(measured.nats(), Arrays.stream(measured.natsBySegment()).sum(), 1e-9 * length);
        assertEquals(
                measured.size().bytes(),
                Arrays.stream(measured.bytesBySegment()).sum());
    }

    @Test
    void strideOfTheContextIsDisjointWindowsAndOneIsAllTheContextThatThereIs() {
        for (int place = 1; place <= 40; place++) {
            assertEquals((place - 1) / 8 * 8, Reference.start(place, 8, 8));
            assertEquals(Math.max(0, place - 8), Reference.start(place, 8, 1));
            // At least 8 - 3 tokens before it, where there are any.
            assertTrue(place - Reference.start(place, 8, 3) >= Math.min(place, 8 - 3 + 1));
        }
    }

    @Test
    void unitsAreConsistent() {
        SavedModel model = TinyModel.of(3);
        String text = TinyModel.text(1000, 4);
        TextLoss measured = score(model, TinyModel.tokens(model.tokenizer(), text), 4, 1);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes > 1000);
        assertEquals(bytes, measured.size().bytes());
        assertEquals(1000, measured.size().characters());
        assertEquals(Math.exp(measured.loss()), measured.perplexity(), 1e-9);
        assertEquals(measured.loss() / Math.log(2), measured.bitsPerCharacter(), 1e-9);
        assertEquals(measured.bitsPerCharacter() * 1000, measured.bitsPerByte() * bytes, 1e-6);
    }

    @Test
    void lossByPositionIsTheMeanOverAllWindows() {
        SavedModel model = TinyModel.of(5);
        TokenStore tokens = TinyModel.tokens(model.tokenizer(), TinyModel.text(64, 6));
        TextLoss measured = score(model, tokens, 4, 1);
        for (int position = 0; position < 8; position++) {
            double sum = 0;
            for (int start = 0; start + 8 <= 64; start += 4) {
                sum += Reference.loss(model, tokens, start, start + position + 1);
            }
            assertEquals(sum / 15, measured.byPosition()[position], TOLERANCE);
            assertEquals(measured.byPosition()[position], measured.lossAt(position, position + 1));
        }
    }

    @Test
    void whatStandsAroundDocumentsIsGivenAndNotAskedFor() {
        SavedModel model = TinyModel.of(7);
        int bos = model.tokenizer().bos();
        int eos = model.tokenizer().eos();
        TokenStore tokens = TokenStore.of(bos, 1, 2, 3, eos, bos, 4, 5, 6, 7);
        TextLoss measured = score(model, tokens, 4, 1);
        assertEquals(7, measured.size().tokens());
        assertEquals(2, measured.size().documents());
        double nats = 0;
        for (int place : new int[] {1, 2, 3, 6, 7, 8, 9}) {
            nats += Reference.loss(model, tokens, Reference.start(place, 8, 4), place);
        }
        assertEquals(nats, measured.nats(), TOLERANCE);
    }

    @Test
    void manyDocumentsAreSegmentsOfTheirOwn() {
        SavedModel model = TinyModel.of(8);
        int bos = model.tokenizer().bos();
        int eos = model.tokenizer().eos();
        int[] text = new int[149 * 5 + 3];
        for (int i = 0; i < text.length; i++) {
            text[i] = i % 5 == 3 ? eos : i % 5 == 4 ? bos : (i * 7) % 26;
        }
        TextLoss measured = score(model, TokenStore.of(bos, text), 5, 1);
        assertEquals(150, measured.segments().count());
        assertTrue(measured.segments().areDocuments());
        long[] three = new long[150];
        Arrays.fill(three, 3);
        assertArrayEquals(three, measured.bytesBySegment());
    }

    @Test
    void threadsMakeNoDifferenceAndNorDoesASecondTime() {
        SavedModel model = TinyModel.of(9);
        TokenStore tokens = TinyModel.tokens(model.tokenizer(), TinyModel.text(3000, 10));
        TextLoss one = score(model, tokens, 3, 1);
        for (int threads : new int[] {1, 3}) {
            TextLoss other = score(model, tokens, 3, threads);
            assertEquals(one.nats(), other.nats());
            assertEquals(one.calibration(), other.calibration());
            assertEquals(one.top5(), other.top5());
            assertArrayEquals(one.byPosition(), other.byPosition());
            assertArrayEquals(one.natsBySegment(), other.natsBySegment());
        }
    }

    @Test
    void strideIsWithinTheContext() {
        SavedModel model = TinyModel.of(1);
        try (Workers workers = new Workers(1)) {
            Hardware hardware = new Hardware(workers, VectorKernels::new);
            assertThrows(IllegalArgumentException.class, () -> new TextScorer(model, hardware, 0));
            assertThrows(IllegalArgumentException.class, () -> new TextScorer(model, hardware, 9));
        }
    }

    @Test
    void brokenModelIsRefused() {
        SavedModel model = TinyModel.of(1);
        Arrays.fill(model.parameters().values(), Float.NaN);
        TokenStore tokens = TinyModel.tokens(model.tokenizer(), "abc");
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> score(model, tokens, 4, 1));
        assertTrue(String.valueOf(refused.getMessage()).contains("not a finite number"), refused.getMessage());
    }

    private static double meanConfidence(Calibration calibration) {
        double sum = 0;
        long count = 0;
        for (Calibration.Bin bin : calibration.bins()) {
            sum += bin.count() * bin.confidence();
            count += bin.count();
        }
        return sum / count;
    }

    static TextLoss score(SavedModel model, TokenStore tokens, int stride, int threads) {
        try (Workers workers = new Workers(threads)) {
            TextScorer scorer = new TextScorer(model, new Hardware(workers, VectorKernels::new), stride);
            return scorer.score(tokens, new TextUnits(model.tokenizer()).size(tokens), (_, _) -> {});
        }
    }

    /** One token at a time, each with a new generator that is given its context. */
    private static final class Reference {
        private double nats;
        private int first;
        private int amongFive;
        private double confidence;

        Reference(SavedModel model, TokenStore tokens, int stride) {
            for (int place = 1; place < tokens.size(); place++) {
                double[] probabilities = probabilities(model, tokens, start(place, TinyModel.CONTEXT, stride), place);
                double own = probabilities[tokens.get(place)];
                long likelier =
                        Arrays.stream(probabilities).filter(p -> p > own).count();
                nats -= Math.log(own);
                first += likelier == 0 ? 1 : 0;
                amongFive += likelier < 5 ? 1 : 0;
                confidence += Arrays.stream(probabilities).max().orElseThrow();
            }
        }

        /** The first window that reaches a token begins here. */
        static int start(int place, int time, int stride) {
            int start = 0;
            while (start + time < place) {
                start += stride;
            }
            return start;
        }

        static double loss(SavedModel model, TokenStore tokens, int start, int place) {
            return -Math.log(probabilities(model, tokens, start, place)[tokens.get(place)]);
        }

        private static double[] probabilities(SavedModel model, TokenStore tokens, int start, int place) {
            try (Workers workers = new Workers(1)) {
                Generator generator = new Generator(model.config(), model.parameters(), workers, VectorKernels::new);
                int[] context = new int[place - start];
                tokens.read(start, context.length, context, 0);
                float[] logits = generator.append(context);
                double[] probabilities = new double[logits.length];
                double sum = 0;
                for (int id = 0; id < logits.length; id++) {
                    probabilities[id] = Math.exp(logits[id]);
                    sum += probabilities[id];
                }
                for (int id = 0; id < logits.length; id++) {
                    probabilities[id] /= sum;
                }
                return probabilities;
            }
        }
    }
}
