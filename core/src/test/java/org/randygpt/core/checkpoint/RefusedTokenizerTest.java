package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Architecture;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.core.model.GptConfig.Head;
import org.randygpt.core.text.BpeTokenizer;
import org.randygpt.core.text.BpeTrainer;
import org.randygpt.core.text.PreTokenization;
import tools.jackson.jr.ob.JSON;

/** Files of a byte-level tokenizer in which a part is unknown or cannot be are refused, naming it. */
class RefusedTokenizerTest {
    private static final List<String> SPECIAL = List.of("<s>", "</s>");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "normalizer" : null        | "normalizer" : {"type": "NFC"}  | normalizer
            "padding" : null           | "templates" : []                | templates
            "padding" : null           | "padding" : {"strategy": "BatchLongest"} | padding
            "truncation" : null        | "truncation" : {"max_length": 512} | truncation
            "version" : "1.0"          | "version" : "2.0"               | version
            "post_processor" : null    | "post_processor" : {"type": "Lowercase"} | post_processor.type
            "post_processor" : null    | "post_processor" : {"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "Cut"}]} | post_processor.processors[1].type
            "lstrip" : false           | "lstrip" : true                 | added_tokens[0].lstrip
            "rstrip" : false           | "rstrip" : true                 | added_tokens[0].rstrip
            "single_word" : false      | "single_word" : true            | added_tokens[0].single_word
            "normalized" : false       | "weight" : 2                    | added_tokens[0].weight
            "fuse_unk" : false         | "unigrams" : 3                  | model.unigrams
            "type" : "BPE"             | "type" : "Unigram"              | model.type
            "dropout" : null           | "dropout" : 0.1                 | model.dropout
            "unk_token" : null         | "unk_token" : "<s>"             | model.unk_token
            "continuing_subword_prefix" : null | "continuing_subword_prefix" : "##" | model.continuing_subword_prefix
            "byte_fallback" : false    | "byte_fallback" : true          | model.byte_fallback
            "type" : "Split"           | "type" : "Digits"               | pre_tokenizer.pretokenizers
            "behavior" : "Isolated"    | "behavior" : "Removed"          | pre_tokenizer.pretokenizers[0].behavior
            "invert" : false           | "invert" : true                 | pre_tokenizer.pretokenizers[0].invert
            {1,3}                      | {1,2}                           | pre_tokenizer.pretokenizers[0].pattern.Regex
            "use_regex" : false        | "use_regex" : true              | pre_tokenizer.pretokenizers[1].use_regex
            "add_prefix_space" : false | "add_prefix_space" : true       | pre_tokenizer.pretokenizers[1].add_prefix_space
            "trim_offsets" : true      | "cuts" : true                   | pre_tokenizer.pretokenizers[1].cuts
            "special" : true           | "special" : false               | added_tokens[0].special
            "id" : 299                 | "id" : 305                      | added_tokens[1].id is 305; it must be 299
            "t h"                      | "t"                             | model.merges
            "t h"                      | "t hh"                          | merge 0, "t hh"
            "Q" : 48                   | "QQQ" : 48                      | the byte 0x51 is no token
            "Q" : 48                   | "狐" : 48                       | the token "狐": U+72D0
            "Q" : 48                   | "Q" : 49                        | the token
            "Q" : 48                   | "Q" : -1                        | the token "Q": its id is -1
            """)
    void aPartOfTokenizerJson(String from, String to, String part) throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        String text = Files.readString(file);
        assertTrue(text.contains(from), text.substring(0, 2000));
        Files.writeString(file, text.replace(from, to));

        String message = refusal(() -> TokenizerFolder.load(folder));
        assertTrue(message.startsWith(file + ": " + part), message);
    }

    @Test
    void whatPutsTokensAroundATextChangesNoneOfIt() throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        String around = """
                "post_processor" : {"type": "Sequence", "processors": [
                    {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
                    {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}]}]}""";
        Files.writeString(file, Files.readString(file).replace("\"post_processor\" : null", around));
        byte[] text = "the other jumps".getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(tokenizer().encode(text), TokenizerFolder.load(folder).encode(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            decoder       |                        | the key decoder is missing, or null
            decoder       | {"type": "Metaspace"}  | decoder.type is "Metaspace"
            pre_tokenizer |                        | the key pre_tokenizer is missing, or null
            pre_tokenizer | {"type": "Whitespace"} | pre_tokenizer.type is "Whitespace"
            model         | {"type": "WordPiece"}  | model.type is "WordPiece"
            """)
    void theBlameIsOfThePartThatIsWrong(String part, @Nullable String value, String message) throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        Map<String, Object> json = JSON.std.mapFrom(Files.readString(file));
        json.remove(part);
        if (value != null) {
            json.put(part, JSON.std.mapFrom(value));
        }
        JsonObject.write(file, json);
        String refusal = refusal(() -> TokenizerFolder.load(folder));
        assertTrue(refusal.startsWith(file + ": " + message), refusal);
    }

    @Test
    void theModelOfGpt2sOwnFileHasNoType() throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("\"type\" : \"BPE\",", ""));
        assertEquals(300, TokenizerFolder.load(folder).vocabSize());
    }

    @Test
    void whatIsWrittenIsReadAsItWas() throws IOException {
        for (PreTokenization pieces : PreTokenization.values()) {
            BpeTokenizer tokenizer = trainer(pieces).train(300, SPECIAL);
            TokenizerFolder.save(folder, tokenizer);
            BpeTokenizer read = (BpeTokenizer) TokenizerFolder.load(folder);

            assertEquals(pieces, read.pieces());
            assertEquals(tokenizer.special(), read.special());
            assertEquals(298, read.bos());
            assertEquals(299, read.eos());
            assertEquals(tokenizer.vocabulary().merges(), read.vocabulary().merges());
            assertEquals(tokenizer.vocabulary().lookup(), read.vocabulary().lookup());
            for (int id = 0; id < 298; id++) {
                assertArrayEquals(
                        tokenizer.vocabulary().tokens().get(id),
                        read.vocabulary().tokens().get(id));
            }
        }
    }

    @Test
    void mergesMayBeListsAndATokensNameAnObject() throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replaceAll("\"([^\" ]+) ([^\" ]+)\"(?=[, ]+\\n? *[\"\\]])", "[\"$1\", \"$2\"]"));
        assertTrue(Files.readString(file).contains("[\"t\", \"h\"]"), "lists");
        Path settings = folder.resolve("tokenizer_config.json");
        Files.writeString(settings, Files.readString(settings).replace("\"<s>\"", "{\"content\": \"</s>\"}"));
        BpeTokenizer read = (BpeTokenizer) TokenizerFolder.load(folder);

        assertEquals(tokenizer().vocabulary().merges(), read.vocabulary().merges());
        assertEquals(299, read.bos());
    }

    @Test
    void mergesThatAreCutOffAreMissed() throws IOException {
        TokenizerFolder.save(folder, tokenizer());
        Path file = folder.resolve("tokenizer.json");
        // All from the thirteenth on.
        String text =
                Files.readString(file).replaceFirst("(\"merges\" : \\[(?:[^,\\]]*,){11}[^,\\]]*),[^\\]]*\\]", "$1 ]");
        Files.writeString(file, text);
        String message = refusal(() -> TokenizerFolder.load(folder));
        assertTrue(
                message.endsWith(
                        "30 of 42 tokens of several bytes are made by none of the 12 merges; merges are missing"),
                message);
    }

    @Test
    void aTokenizerThatIsNotTheModelsNamesBothSizes() throws IOException {
        GptConfig config = new GptConfig(Architecture.GPT2, 300, 9, 12, 1, 3, Head.UNTIED, 1e-5f);
        Parameters parameters = new Parameters(Gpt.training(config, 1, 1));
        BpeTokenizer other = trainer(PreTokenization.GPT2).train(290, SPECIAL);
        ModelFolder.save(folder, new SavedModel(config, parameters, tokenizer()));
        assertEquals(300, ModelFolder.load(folder).tokenizer().vocabSize());
        TokenizerFolder.save(folder, other);

        String message = refusal(() -> ModelFolder.load(folder));
        assertTrue(message.contains("vocab_size is 300; it must be 290"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "IQ== 0 1, line 1 is not a token in base64 and its rank",
        "I!== 0, line 1 is not a token in base64 and its rank",
        "IQ==, line 1 is not a token in base64 and its rank",
        "IQ== -1, its id is -1",
        "IQ== 0, the byte 0x00 is no token",
    })
    void aFileOfRanksThatIsNone(String line, String message) throws IOException {
        Path file = folder.resolve("ranks.tiktoken");
        Files.writeString(file, line + "\n");

        String refusal = refusal(() -> TokenizerFolder.loadRanks(file, PreTokenization.GPT2, SPECIAL));
        assertTrue(refusal.startsWith(file.toString()) && refusal.contains(message), refusal);
    }

    @Test
    void aLineOfMergesThatIsNone() throws IOException {
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0, \"<|endoftext|>\": 1}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b c\n");

        String message = refusal(() -> TokenizerFolder.load(folder));
        assertTrue(message.contains("merges.txt: line 2 is \"a b c\""), message);
    }

    private static String refusal(Executable reading) {
        return String.valueOf(assertThrows(IOException.class, reading).getMessage());
    }

    private static BpeTokenizer tokenizer() {
        return trainer(PreTokenization.CL100K).train(300, SPECIAL);
    }

    private static BpeTrainer trainer(PreTokenization pieces) {
        BpeTrainer trainer = new BpeTrainer(pieces, 1);
        trainer.add("the other thing there then that this".repeat(9).getBytes(StandardCharsets.UTF_8));
        trainer.add("pack my box with five dozen liquor jugs; how vexingly quick daft zebras jump"
                .repeat(9)
                .getBytes(StandardCharsets.UTF_8));
        return trainer;
    }
}
