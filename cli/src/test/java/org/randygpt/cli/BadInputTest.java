package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.SealedFolder;
import org.randygpt.train.RunFolder;

/** What cannot be used is answered by one sentence and exit code 2, and leaves everything as it was. */
class BadInputTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
        Files.createDirectories(folder.resolve("folder"));
        write("empty", "");
        write("mark", "\uFEFF");
        write("short", "0123456789abcdef");
        Files.write(folder.resolve("latin1"), "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(folder.resolve("tokens.bin"), new byte[200]);
        write("record.jsonl", "{\"words\": \"none\"}\n");
        Files.write(folder.resolve("utf16"), "text".getBytes(StandardCharsets.UTF_16));
        Files.write(folder.resolve("cut"), new byte[] {'a', 'b', (byte) 0xE2, (byte) 0x82});
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --itres 5                        | no option --itres; did you mean --iters?
                    --thread=3                       | no option --thread; did you mean --threads?
                    --temprature 1                   | no option --temprature (see randygpt train --help)
                    -x                               | no option -x (see randygpt train --help)
                    my.txt                           | 'my.txt' is not expected here
                    --iters                          | --iters needs a value, N
                    --iters 3.5                      | --iters: '3.5' is not a whole number
                    --lr fast                        | --lr: 'fast' is not a number
                    --arch mamba                     | --arch: 'mamba' is not an architecture; there are gpt2, llama, qwen3, randygpt
                    --head open                      | --head: 'open' is not a head; there are tied, untied
                    --arch gpt2 --kv-heads 1         | --kv-heads is given with --arch gpt2; it belongs to --arch llama or qwen3
                    --arch randygpt --mlp 9          | --mlp is given with --arch randygpt; it belongs to --arch llama or qwen3
                    --recipe gpt2 --rope-base 9      | --rope-base is given with --arch gpt2; it belongs to --arch llama or qwen3
                    --arch llama --kv-heads 0        | --kv-heads is 0; it must be at least 1
                    --arch llama --heads 4 --kv-heads 3 | number of heads 4 does not divide among 3 key/value heads; try 2 of these
                    --arch llama --heads 16          | a head has 1 numbers, of which rotary positions turn pairs
                    --arch llama --mlp 0             | --mlp is 0; it must be at least 1
                    --arch llama --rope-base 1       | rotary base is 1.0; it must be a number above 1
                    --data absent                    | absent: there is no such file
                    --data folder                    | folder: there are no files in this folder
                    --data empty                     | empty is empty
                    --data mark                      | mark is empty
                    --data latin1                    | latin1: line 1, byte 2 (0xFC) is not UTF-8; give --encoding, for example --encoding ISO-8859-1, or --on-invalid replace
                    --data utf16                     | utf16: line 1, byte 0 (0xFE) is not UTF-8; give --encoding, for example --encoding UTF-16
                    --data cut                       | cut: line 1, byte 2 (0xE2) is not UTF-8
                    --data /dev/zero                 | /dev/zero is a device, which has no end
                    --data text.txt:0                | --data text.txt:0: a weight must be above 0
                    --data text.txt:-1               | --data text.txt:-1: a weight must be above 0
                    --data text.txt:nan              | --data text.txt:nan: a weight must be above 0
                    --data text.txt:0e5              | --data text.txt:0e5: a weight must be above 0
                    --data text.txt:inf              | a weight must be above 0 and finite
                    --data text.txt:half             | a weight behind a name is a number, as in text.txt:0.7
                    --data text.txt:1 tokens.bin:1e-9 | of which --tokenizer char can know nothing
                    --data text.txt:1 short:1        | short has a length of 16 tokens, but a context of 16 needs at least 17
                    --data text.txt:1 text.txt:1e-9  | text.txt has a weight of 1.0E-9 of 1.000000001 in all, which is too small
                    --data text.txt:1 short          | short has no weight and others have
                    --data text.txt tokens.bin       | tokens.bin holds tokens and others hold text
                    --data tokens.bin                | of which --tokenizer char can know nothing
                    --data *.absent                  | *.absent
                    --data record.jsonl              | record.jsonl: line 1
                    --encoding latin-99              | 'latin-99' is not an encoding
                    --on-invalid skip                | 'skip' is nothing to do about invalid bytes; there are error, replace
                    --newlines crlf                  | there are keep, lf
                    --windows shuffled               | there are epochs, random
                    --split documents                | the text is one document
                    --held-out 0                     | the held-out part is 0.0; it must be above 0
                    --eval-tokens 0                  | the tokens of a validation are 0
                    --data text.txt:1 text.txt:0.00001 | a text must have at least one of 10000 windows
                    --cache text.txt                 | text.txt
                    --data short                     | a context of 16 needs at least 17
                    --data shakespeare               | use --data shakespeare-plays
                    --width 100 --heads 8            | width 100 does not divide into 8 heads; try width 104
                    --width 0                        | --width is 0; it must be at least 1
                    --layers -1                      | --layers is -1; it must be at least 1
                    --layers 2000000000              | number of layers is 2000000000
                    --heads 20000000                 | --heads is 20000000; it must be at most --width, which is 16
                    --heads 0                        | --heads is 0; it must be at least 1
                    --context 0                      | --context is 0; it must be at least 1
                    --batch 0                        | batch is 0
                    --batch 65536 --context 65536    | a batch of 65536 windows of 65536 characters is more than an array holds
                    --batch 100000                   | make --micro-batch or --context smaller
                    --width 4096 --layers 2          | make --width or --layers smaller
                    --threads 1024 --context 2048 --width 1024 --batch 1 | for 1,024 threads
                    --threads 1024 --context 2048 --width 1024 --batch 1 | make --threads smaller
                    --width 8192 --layers 9          | more than 2147483647 parameters
                    --iters 0                        | iterations is 0
                    --lr -0.1                        | learning rate is -0.1
                    --lr NaN                         | learning rate is NaN
                    --min-lr 1                       | minimum learning rate is 1.0
                    --warmup -1                      | warm-up is -1
                    --schedule linear                | --schedule: 'linear' is not a schedule; there are cosine, wsd, constant, plateau
                    --schedule constant --min-lr 0   | with --schedule constant the rate never falls
                    --schedule cosine --decay-fraction 0.2 | it belongs to --schedule wsd
                    --schedule wsd --decay-fraction 2 | decay fraction is 2.0; it must lie in [0, 1]
                    --beta1 1                        | beta1 is 1.0
                    --beta2 -1                       | beta2 is -1.0
                    --weight-decay -1                | weight decay is -1.0
                    --clip -1                        | the clipping norm is -1.0
                    --optimizer sgd                  | --optimizer: 'sgd' is not an optimizer; there are adamw, muon
                    --recipe old                     | --recipe: 'old' is not a recipe; there are modern, gpt2, randygpt
                    --arch gpt2 --momentum 0.9       | it belongs to --optimizer muon
                    --momentum 1                     | momentum is 1.0
                    --embedding-lr 0                 | learning rate of the embeddings is 0.0
                    --head-lr 2                      | learning rate of the head is 2.0
                    --batch 4 --micro-batch 3        | micro-batch is 3; it must divide the batch of 4
                    --micro-batch 0                  | micro-batch is 0
                    --minutes 1 --iters 5            | give one of them
                    --minutes 0                      | --minutes is 0
                    --minutes -1                     | minutes are -1.0
                    --patience -1                    | patience is -1 validations
                    --dropout 1                      | dropout is 1.0; it must lie in [0, 1)
                    --average 1                      | averaging is 1.0; it must lie in [0, 1)
                    --on-nan hope                    | --on-nan: 'hope' is not an answer; there are stop, rollback
                    --plateau-factor 0.1             | belong to --schedule plateau
                    --schedule plateau --plateau-factor 1 | plateau factor is 1.0
                    --schedule plateau --plateau-patience 0 | the patience of the schedule is 0
                    --init absent                    | is not a folder; a model is a folder with config.json
                    --init folder                    | --init:
                    --eval-every 0                   | validations are 0
                    --seed x                         | --seed: 'x' is not a whole number
                    --threads 0                      | --threads is 0
                    --threads 99999                  | --threads is 99999
                    --sample-tokens -1               | --sample-tokens is -1
                    --out text.txt                   | text.txt is a file; name a folder
                    --out text.txt/run               | the folder of --out cannot be made
                    --resume --out run               | --out is where a new run goes
                    --resume folder                  | folder holds no run to resume
                    --save-every 0                   | steps between two saves are 0
                    --keep 0                         | the number of generations to keep is 0
                    --on-save-error panic            | is nothing to do when a save fails; there are stop, continue
                    """)
    void trainRefuses(String options, String sentence) throws IOException {
        List<String> before = session.contents();
        assertRefused(session.train(options.split(" ")), sentence);
        assertEquals(before, session.contents());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --promt x                        | no option --promt; did you mean --prompt?
                    --prompt thé                     | the character 'é' (U+00E9) at position 2
                    --tokens -1                      | --tokens is -1
                    --tokens many                    | --tokens: 'many' is not a whole number
                    --temperature -1                 | temperature is -1.0
                    --temperature NaN                | temperature is NaN
                    --top-k 0                        | top-k is 0
                    --top-p 0                        | top-p is 0.0
                    --threads 0                      | --threads is 0
                    --model absent                   | absent is not a folder
                    --model folder                   | folder has no config.json
                    --model text.txt                 | text.txt is not a folder
                    """)
    void generateRefuses(String options, String sentence) throws IOException {
        session.train("--iters=1");
        List<String> before = session.contents();
        assertRefused(session.run(("generate " + options).split(" ")), sentence);
        assertEquals(before, session.contents());
    }

    @Test
    void unknownCommandIsGuessed() {
        assertRefused(session.run("tarin"), "there is no command tarin; did you mean train?");
        assertRefused(session.run("sleep"), "there is no command sleep; use train or generate");
        assertRefused(session.run(), "there is no command; use train, generate");
    }

    @Test
    void anotherRunIsNeverOverwritten() throws IOException {
        session.train("--iters=2", "--out=run");
        List<String> before = session.contents();
        Result again = session.train("--iters=2", "--out=run");
        assertRefused(again, "holds another run, which stays as it is");
        assertTrue(again.err().contains("--resume"), again.err());
        assertEquals(before, session.contents());
    }

    @Test
    void aModelThatIsNoRunIsNotSaidToBeOne() throws IOException {
        Files.createDirectories(folder.resolve("model"));
        Files.writeString(folder.resolve("model/config.json"), "{}");
        Result refused = session.train("--out=model");
        assertRefused(refused, "holds another model, which stays as it is; give --out another name");
    }

    @Test
    void aFolderInUseIsNotTakenOver() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        try (RunFolder _ = RunFolder.open(folder.resolve("run"))) {
            assertRefused(session.run("train", "--resume=run"), "another run is training there");
        }
        try (RunFolder _ = RunFolder.create(folder.resolve("new"))) {
            assertRefused(session.train("--out=new"), "another run is training there");
        }
        Result free = new Session(folder).run("train", "--resume=run", "--sample-tokens=0");
        assertEquals(0, free.exitCode(), free.err());
    }

    @Test
    void memoryThatEndsIsBadInput() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Failures failures = new Failures(new PrintStream(err, true, StandardCharsets.UTF_8), false);
        OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
        assertEquals(2, failures.report(heap));
        assertEquals(2, failures.report(new IllegalStateException("a worker failed", heap)));
        assertEquals(2, failures.report(new OutOfMemoryError("unable to create native thread")));
        String[] sentences = err.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
        assertEquals(3, sentences.length);
        assertTrue(sentences[1].contains("of memory are used up (Java heap space)"), sentences[1]);
        assertTrue(sentences[2].contains("use fewer --threads"), sentences[2]);
    }

    @Test
    void wrongDownloadIsNotUsed() throws IOException {
        List<String> before = session.contents();
        Result wrong = session.fetching(source -> "<html>".getBytes(StandardCharsets.UTF_8))
                .run("train", "--data=shakespeare");
        assertRefused(wrong, "and is not used; use --data shakespeare-plays");
        assertEquals(before, session.contents());
    }

    @Test
    void brokenModelIsDescribed() throws IOException {
        session.train("--arch=gpt2", "--iters=1", "--out=run");
        Path weights = folder.resolve("run/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length - 100));
        assertRefused(session.run("generate", "--model=run"), "model.safetensors: ");
        Files.write(weights, bytes);
        Path config = folder.resolve("run/config.json");
        String whole = Files.readString(config);
        Files.writeString(config, whole.replace("\"n_embd\" : 16", "\"n_embd\" : 18"));
        assertRefused(session.run("generate", "--model=run"), "model.safetensors: byte ");
        Files.writeString(config, whole.replace("\"n_embd\" : 16", "\"n_embd\" : 1000000"));
        assertRefused(session.run("generate", "--model=run"), "config.json describes a model that is too large");
        Files.writeString(config, "{\"n_embd\" : [");
        assertFalse(session.run("generate", "--model=run").err().contains("start marker"));
        Files.writeString(config, "{");
        assertRefused(session.run("generate", "--model=run"), "config.json: byte ");
    }

    @Test
    void brokenGenerationIsDescribedAndStays() throws IOException {
        session.stoppedAfter(2).train("--iters=4", "--out=run");
        Path state = folder.resolve("run/step-000002/trainer_state.json");
        String whole = Files.readString(state);
        Files.writeString(state, whole.replace("\"batch\" : 4", "\"batch\" : 5"));
        List<String> before = session.contents();
        assertRefused(new Session(folder).run("train", "--resume=run"), "trainer_state.json: its SHA-256 is ");
        assertRefused(new Session(folder).run("train", "--resume=run"), "there is no other generation to go on from");
        assertEquals(before, session.contents());
        Files.writeString(state, whole);
        Files.delete(state.resolveSibling("optimizer.safetensors"));
        assertRefused(
                new Session(folder).run("train", "--resume=run"),
                "optimizer.safetensors: there is no such file, and SHA256SUMS lists it");
    }

    /** One bit at each end of every file of a save, and where a number of it is. */
    @Test
    void damageToASaveIsNoticedByWhoeverReadsItsModel() throws IOException {
        session.train("--iters=4", "--eval-every=2", "--out=run");
        Path save = folder.resolve("run/step-000004");
        List<Path> files = new ArrayList<>(SealedFolder.files(save));
        files.add(save.resolve(SealedFolder.LIST));
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int at : new int[] {0, whole.length / 2, whole.length - 1}) {
                byte[] damaged = whole.clone();
                damaged[at] ^= 4;
                Files.write(file, damaged);
                boolean list = file.endsWith(SealedFolder.LIST);
                String name = file.getFileName() + (list ? "" : ": ");
                for (Result refused : List.of(
                        session.run("generate", "--model=run/latest", "--tokens=1"),
                        session.train("--init=run/step-000004", "--out=other"))) {
                    assertRefused(refused, name);
                    assertRefused(refused, "; use another save, such as step-000002 beside it");
                }
            }
            Files.write(file, whole);
        }
        assertEquals(
                0, session.run("generate", "--model=run/latest", "--tokens=1").exitCode());
    }

    @Test
    void aModelWithoutChecksumsIsReadAsItIs() throws IOException {
        session.train("--iters=2", "--out=run");
        Path save = folder.resolve("run/step-000002");
        Files.delete(save.resolve("optimizer.safetensors"));
        assertRefused(session.run("generate", "--model=run/step-000002"), "SHA256SUMS lists it; use another model");
        Files.delete(save.resolve(SealedFolder.LIST));
        assertEquals(0, session.run("generate", "--model=run/step-000002").exitCode());
        Result tuned = session.train("--init=run/step-000002", "--iters=1", "--out=tuned");
        assertEquals(0, tuned.exitCode(), tuned.err());
    }

    @Test
    void stackTraceIsShownOnRequestOnly() {
        assertFalse(session.train("--data=absent").err().contains("\tat "));
        assertTrue(session.train("--data=absent", "--verbose").err().contains("\tat "));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static void assertRefused(Result result, String sentence) {
        assertEquals(2, result.exitCode(), result.out() + result.err());
        assertTrue(result.err().contains(sentence), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertEquals("", result.out());
    }
}
