package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.randygpt.core.data.TokenStore;
import org.randygpt.core.text.CharTokenizer;

/** What a model is measured beside: tables and compressors. */
class YardsticksTest {
    private static final CharTokenizer TOKENIZER = CharTokenizer.of(TinyModel.LETTERS);
    private static final TextUnits UNITS = new TextUnits(TOKENIZER);
    private static final int VOCABULARY = TOKENIZER.vocabSize();

    @Test
    void tablesOfATinyTrainingTextAreThoseOfTheFormula() {
        // As in the floors of training: 18 of one kind are counted, 2 predicted.
        Tables tables = Tables.of(tokens("aa"), UNITS, VOCABULARY, tokens("a".repeat(18)));
        double unigram = (18 + 1.0 / VOCABULARY) / 19;
        double bigram = (17 + unigram) / 18;
        assertEquals(Math.log(VOCABULARY), tables.uniform(), 1e-12);
        assertEquals(-Math.log(unigram), tables.unigram(), 1e-12);
        // The first has nothing before it.
        assertEquals(-(Math.log(unigram) + Math.log(bigram)) / 2, tables.bigram(), 1e-12);
        assertEquals(18, tables.counted());
    }

    @Test
    void tablesWithoutATrainingTextLearnWhileTheyRead() {
        Tables tables = Tables.of(tokens("aaa"), UNITS, VOCABULARY, null);
        double second = (1 + 1.0 / VOCABULARY) / 2;
        double third = (2 + 1.0 / VOCABULARY) / 3;
        assertEquals(-(Math.log(1.0 / VOCABULARY) + Math.log(second) + Math.log(third)) / 3, tables.unigram(), 1e-12);
        assertEquals(3, tables.counted());
        Tables repeated = Tables.of(tokens("the fox. ".repeat(3000)), UNITS, VOCABULARY, null);
        assertTrue(repeated.fiveGram() < 0.01, repeated.toString());
        assertTrue(repeated.bigram() < repeated.unigram() && repeated.unigram() < repeated.uniform());
    }

    @Test
    void tablesDoNotReadAcrossDocuments() {
        TokenStore one = TokenStore.of(TOKENIZER.bos(), 1, 2, TOKENIZER.eos(), TOKENIZER.bos(), 3);
        Tables tables = Tables.of(one, UNITS, VOCABULARY, tokens("abcabc"));
        // Had 3 come after 2, the pair would have been a known one.
        Tables apart = Tables.of(TokenStore.of(TOKENIZER.bos(), 1, 2), UNITS, VOCABULARY, tokens("abcabc"));
        Tables alone = Tables.of(TokenStore.of(TOKENIZER.bos(), 3), UNITS, VOCABULARY, tokens("abcabc"));
        assertEquals((2 * apart.bigram() + alone.bigram()) / 3, tables.bigram(), 1e-12);
    }

    @Test
    void compressedSizesAreThoseOfTheCompressors() throws IOException {
        String text = TinyModel.text(30_000, 1) + "the quick brown fox ".repeat(2000);
        CompressedSize size = size(text);
        ByteArrayOutputStream usual = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(usual)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(usual.size(), (double) size.gzip(), 0.02 * usual.size());
        assertTrue(size.xz() > 1000 && size.xz() < 1.1 * size.gzip(), size.toString());
        assertTrue(size("").xz() < 100 && size("").gzip() < 100);
    }

    @Test
    void memoryOfTheCompressorIsBounded() {
        assertTrue(CompressedSize.memory(1L << 40) < 128L << 20);
        assertTrue(CompressedSize.memory(1000) < CompressedSize.memory(1 << 22));
    }

    private static CompressedSize size(String text) {
        return CompressedSize.of(tokens(text), TOKENIZER, text.getBytes(StandardCharsets.UTF_8).length, (_, _) -> {});
    }

    private static TokenStore tokens(String text) {
        return TinyModel.tokens(TOKENIZER, text);
    }
}
