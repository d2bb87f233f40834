package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.RunFolder;

class RunsCommandTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    private void train(String... more) throws IOException {
        assertEquals(
                0,
                session.train(with(more, "--iters=12", "--eval-every=3", "--keep=9", "--out=runs/a"))
                        .exitCode());
        assertEquals(
                130,
                new Session(folder)
                        .stoppedAfter(5)
                        .train(with(more, "--iters=12", "--eval-every=3", "--width=32", "--out=runs/b"))
                        .exitCode());
    }

    @Test
    void theListSaysHowFarAndHowGoodRunsAre() throws IOException {
        assertTrue(session.run("runs").out().contains("There are no runs in "));
        train();
        Files.createDirectory(folder.resolve("runs/other"));
        List<JsonObject> runs = json(session.run("runs", "--json")).objects("runs");
        assertEquals(2, runs.size());
        assertEquals("finished", runs.getFirst().text("state"));
        assertEquals(12, runs.getFirst().integer("steps"));
        assertEquals("stopped", runs.getLast().text("state"));
        assertEquals(5, runs.getLast().integer("steps"));
        assertEquals(12, runs.getLast().integer("of_steps"));
        assertTrue(runs.getLast().number("bits_per_byte") > 0);
        assertTrue(runs.getFirst().integer("parameters") < runs.getLast().integer("parameters"));
        try (RunFolder _ = RunFolder.open(folder.resolve("runs/b"))) {
            List<String> lines =
                    session.run("runs", "list", "runs").out().lines().toList();
            assertEquals(3, lines.size());
            assertTrue(lines.get(1).matches("a .* finished"), lines.get(1));
            assertTrue(lines.get(2).matches("b .* running"), lines.get(2));
        }
        assertEquals(2, session.run("runs", "list", "none").exitCode());
    }

    @Test
    void aRunWithoutRecordsIsListedAsFarAsItIsKnown() throws IOException {
        train();
        Files.delete(folder.resolve("runs/a/metrics.jsonl"));
        JsonObject run = json(session.run("runs", "--json")).objects("runs").getFirst();
        assertEquals(12, run.integer("steps"));
        assertFalse(run.has("bits_per_byte"));
        assertEquals(0, session.run("runs", "show", "a").exitCode());
    }

    @Test
    void aRunIsShownWithSettingsValidationsAndSaves() throws IOException {
        train();
        Result shown = session.run("runs", "show", "a");
        assertEquals(0, shown.exitCode(), shown.err());
        for (String part : List.of("--width             16", "step 9 ", "5-gram", "--data              ", "finished")) {
            assertTrue(shown.out().contains(part), shown.out());
        }
        JsonObject json = json(session.run("runs", "show", "a", "--json"));
        assertEquals(4, json.objects("validations").size());
        assertEquals(4, json.objects("saves").size());
        assertEquals("16", json.object("settings").text("--width"));
    }

    @Test
    void onlySettingsThatDifferAreCompared() throws IOException {
        train();
        Result compared = session.run("runs", "compare", "a", "b");
        assertEquals(0, compared.exitCode(), compared.err());
        assertTrue(compared.out().lines().anyMatch(line -> line.matches("--width +16 +32")), compared.out());
        assertFalse(compared.out().contains("--layers"), compared.out());
        assertTrue(compared.out().lines().anyMatch(line -> line.matches("step 3 +\\d\\.\\d{4} +\\d\\.\\d{4}")));
        assertTrue(compared.out().lines().anyMatch(line -> line.matches("step 12 +\\d\\.\\d{4}")), compared.out());
        JsonObject json = json(session.run("runs", "compare", "a", "b", "--json"));
        assertEquals(2, json.object("settings").size("--width"));
        assertEquals(2, session.run("runs", "compare", "a").exitCode());
    }

    @Test
    void pruningKeepsTheLatestAndTheBest() throws IOException {
        train();
        List<String> before = session.contents();
        Result listed = session.run("runs", "prune");
        assertEquals(0, listed.exitCode(), listed.err());
        assertTrue(listed.out().contains("step-000003"), listed.out());
        assertEquals(before, session.contents());

        Result pruned = session.run("runs", "prune", "--yes");
        assertEquals(0, pruned.exitCode(), pruned.err());
        assertTrue(
                pruned.out().lines().anyMatch(line -> line.matches("[1-9]\\d{0,2} KB have been freed\\.")),
                pruned.out());
        RunSummary run = RunSummary.require(new RunPlace("a", folder.resolve("runs/a")));
        long best = run.best().orElseThrow().step();
        assertEquals(
                Stream.of(best, 12L).distinct().toList(),
                run.saved().orElseThrow().generations().stream()
                        .map(each -> each.step())
                        .toList());
        assertTrue(session.run("runs", "prune", "--yes").out().contains("nothing to delete"));
        assertEquals(
                0,
                session.run("train", "--resume=runs/a", "--iters=13", "--sample-tokens=0")
                        .exitCode());
    }

    @Test
    void aRunThatIsGoingOnIsLeftAlone() throws IOException {
        train();
        try (RunFolder _ = RunFolder.open(folder.resolve("runs/a"));
                RunFolder _ = RunFolder.open(folder.resolve("runs/b"))) {
            List<String> before = session.contents().stream()
                    .filter(line -> !line.contains(".lock"))
                    .toList();
            for (String[] options :
                    new String[][] {{"runs", "prune", "--yes"}, {"runs", "prune", "a", "--older-than=0h", "--yes"}}) {
                Result pruned = session.run(options);
                assertEquals(0, pruned.exitCode());
                assertTrue(pruned.err().contains("is going on and left alone"), pruned.err());
            }
            assertEquals(
                    before,
                    session.contents().stream()
                            .filter(line -> !line.contains(".lock"))
                            .toList());
        }
    }

    @Test
    void oldRunsGoWholeAndWhatIsNotTheirsStays() throws IOException {
        train();
        for (String name : List.of("config.json", "model.safetensors", "latest")) {
            Files.setLastModifiedTime(
                    folder.resolve("runs/a").resolve(name),
                    FileTime.from(Instant.now().minus(Duration.ofDays(40))));
        }
        Files.setLastModifiedTime(
                folder.resolve("runs/a/latest"), FileTime.from(Instant.now().minus(Duration.ofDays(20))));
        assertEquals(2, session.run("runs", "prune", "--older-than=month").exitCode());
        assertTrue(
                session.run("runs", "prune", "--older-than=3w", "--yes").out().contains("nothing to delete"));
        assertEquals(
                0, session.run("runs", "prune", "--older-than=10d", "--yes").exitCode());
        assertFalse(Files.exists(folder.resolve("runs/a")));
        assertTrue(Files.exists(folder.resolve("runs/b")));

        Files.writeString(folder.resolve("runs/b/notes.txt"), "mine");
        Result pruned = session.run("runs", "prune", "b", "--older-than=0h", "--yes");
        assertEquals(0, pruned.exitCode(), pruned.err());
        assertTrue(pruned.err().contains("holds something else: notes.txt"), pruned.err());
        try (Stream<Path> left = Files.list(folder.resolve("runs/b"))) {
            assertEquals(List.of(folder.resolve("runs/b/notes.txt")), left.toList());
        }
    }

    @Test
    void aDamagedRunKeepsItsOlderSaves() throws IOException {
        train();
        Files.writeString(folder.resolve("runs/a/step-000012/config.json"), " ", StandardOpenOption.APPEND);
        Result pruned = session.run("runs", "prune", "a", "--yes");
        assertEquals(1, pruned.exitCode());
        assertTrue(pruned.err().contains("SHA-256"), pruned.err());
        assertTrue(Files.exists(folder.resolve("runs/a/step-000003")));
    }

    @Test
    void aLinkToARunIsNeverFollowed() throws IOException {
        train();
        Files.move(folder.resolve("runs/a"), folder.resolve("elsewhere"));
        Files.move(folder.resolve("runs/b/step-000005"), folder.resolve("elsewhere/step-000005"));
        assertEquals(
                0,
                session.train("--iters=4", "--keep=9", "--save-every=1", "--out=runs/c")
                        .exitCode());
        Files.move(folder.resolve("runs/c/step-000002"), folder.resolve("save"));
        Files.createSymbolicLink(folder.resolve("runs/a"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("runs/c/step-000002"), folder.resolve("save"));
        List<String> before = contentsOf("elsewhere", "save");
        for (String[] options : new String[][] {
            {"runs", "prune", "--yes"},
            {"runs", "prune", "--older-than=0h", "--yes"},
            {"runs", "prune", "a", "--older-than=0h", "--yes"},
            {"runs", "prune", "runs/a/", "--yes"}
        }) {
            Result pruned = session.run(options);
            assertEquals(0, pruned.exitCode(), pruned.err());
            assertTrue(pruned.err().contains("runs/a is a link and left alone"), pruned.err());
            assertEquals(before, contentsOf("elsewhere", "save"));
            assertTrue(Files.isSymbolicLink(folder.resolve("runs/a")));
        }
        assertTrue(Files.isSymbolicLink(folder.resolve("runs/c/step-000002")));
        assertFalse(Files.exists(folder.resolve("runs/c/step-000001")));
        Result pruned = session.run("runs", "prune", "c", "--older-than=0h", "--yes");
        assertTrue(
                pruned.err().contains("c stays as it is, since its save step-000002 stays, for it is a link"),
                pruned.err());
        assertTrue(Files.exists(folder.resolve("runs/c/step-000004")));
    }

    @Test
    void runsMayLieElsewhereAndFilesOfARunThatAreLinksStay() throws IOException {
        train();
        Files.move(folder.resolve("runs"), folder.resolve("disk"));
        Files.createSymbolicLink(folder.resolve("runs"), folder.resolve("disk"));
        Files.move(folder.resolve("disk/b/metrics.jsonl"), folder.resolve("mine"));
        Files.createSymbolicLink(folder.resolve("disk/b/metrics.jsonl"), folder.resolve("mine"));
        assertEquals(0, session.run("runs", "prune", "--older-than=0h", "--yes").exitCode());
        assertFalse(Files.exists(folder.resolve("disk/a")));
        assertEquals(List.of("b", "b/metrics.jsonl"), namesIn("disk"));
        assertTrue(Files.exists(folder.resolve("mine")));
    }

    @Test
    void aSaveThatHoldsSomethingElseStaysAndItsRun() throws IOException {
        train();
        Files.writeString(folder.resolve("runs/a/step-000003/notes.txt"), "mine");
        String reason = "step-000003 stays, for it holds something else: notes.txt";
        for (String[] options : new String[][] {{"runs", "prune", "a"}, {"runs", "prune", "a", "--yes"}}) {
            Result pruned = session.run(options);
            assertEquals(0, pruned.exitCode(), pruned.err());
            assertTrue(pruned.err().contains(reason), pruned.err());
            assertFalse(pruned.out().contains("step-000003"), pruned.out());
        }
        assertEquals(
                8,
                namesIn("runs/a/step-000003").size(),
                namesIn("runs/a/step-000003").toString());
        assertFalse(Files.exists(folder.resolve("runs/a/step-000006")));

        List<String> before = session.contents();
        for (String[] options : new String[][] {
            {"runs", "prune", "a", "--older-than=0h"}, {"runs", "prune", "a", "--older-than=0h", "--yes"}
        }) {
            Result pruned = session.run(options);
            assertTrue(pruned.err().contains("a stays as it is, since its save " + reason), pruned.err());
            assertTrue(pruned.out().contains("nothing to delete"), pruned.out());
            assertEquals(before, session.contents());
        }
    }

    @Test
    void whatIsSaidToStayStaysAndAllElseGoes() throws IOException {
        train();
        Files.createDirectories(folder.resolve("runs/b/step-000100"));
        Files.writeString(folder.resolve("runs/b/step-000100/notes.txt"), "mine");
        Files.createDirectories(folder.resolve("runs/b/step-mine"));
        Files.writeString(folder.resolve("runs/b/trainer_state.json"), "mine");
        List<String> before = session.contents();
        String others = "step-000100, step-mine, trainer_state.json";
        Result listed = session.run("runs", "prune", "b", "--older-than=0h");
        assertTrue(listed.out().contains("all but " + others), listed.out());
        assertTrue(listed.err().contains("stays, for it holds something else: " + others), listed.err());
        assertEquals(before, session.contents());

        JsonObject json = json(session.run("runs", "prune", "b", "--older-than=0h", "--yes", "--json"));
        assertEquals(3, json.objects("runs").getFirst().size("stays"));
        assertEquals(
                List.of("step-000100", "step-000100/notes.txt", "step-mine", "trainer_state.json"), namesIn("runs/b"));
    }

    @Test
    void aFolderThatHoldsNoSaveIsNone() throws IOException {
        train();
        for (String run : List.of("a", "b")) {
            Files.createDirectories(folder.resolve("runs/" + run + "/step-999999"));
            Files.writeString(folder.resolve("runs/" + run + "/step-999999/notes.txt"), "mine");
        }
        Result listed = session.run("runs");
        assertEquals("", listed.err());
        assertEquals(3, listed.out().lines().count(), listed.out());
        assertEquals(
                4,
                json(session.run("runs", "show", "a", "--json"))
                        .objects("saves")
                        .size());
        assertEquals(0, session.run("runs", "compare", "a", "b").exitCode());
        assertEquals(0, session.run("plot", "a", "b", "--terminal").exitCode());
        Result resumed = session.run("train", "--resume=runs/b", "--sample-tokens=0");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertTrue(Files.exists(folder.resolve("runs/b/step-000012")));
        assertTrue(Files.exists(folder.resolve("runs/b/step-999999/notes.txt")));
    }

    @Test
    void aRunSaysWhatStandsInTheWayOfASave() throws IOException {
        Files.createDirectories(folder.resolve("runs/a/step-000002"));
        Files.writeString(folder.resolve("runs/a/step-000002/notes.txt"), "mine");
        Result trained = session.train("--iters=2", "--out=runs/a");
        assertEquals(1, trained.exitCode(), trained.err());
        assertTrue(
                trained.err().contains("step-000002: it is there already and is no save; move it away"), trained.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eval a --data text.txt",
                "eval a/latest b/step-000005 --data text.txt",
                "eval --model a --data text.txt",
                "generate --model a --tokens 3",
                "generate --model a/latest --tokens 3",
                "chat --model a --tokens 3",
                "export a --format gguf --out a.gguf",
                "export --model b/latest --format huggingface --out c",
                "train --init a --data text.txt --iters 1 --sample-tokens 0",
                "train --resume b --sample-tokens 0",
                "plot a --terminal",
                "runs show a"
            })
    void everyCommandFindsARunByItsNameInRuns(String line) throws IOException {
        train("--arch=llama");
        // A file of the name is not meant.
        Files.writeString(folder.resolve("a"), "step");
        Result found = session.run(line.split(" "));
        assertEquals(0, found.exitCode(), found.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval a", "generate --model a", "train --resume a", "export a --format gguf --out x"})
    void aFolderGoesBeforeARunOfItsName(String line) throws IOException {
        train("--arch=llama");
        Files.createDirectory(folder.resolve("a"));
        assertEquals(2, session.run(line.split(" ")).exitCode());
    }

    /** What lies below some folders, with the checksums of files. */
    private List<String> contentsOf(String... folders) throws IOException {
        return session.contents().stream()
                .filter(line -> Stream.of(folders).anyMatch(line::startsWith))
                .toList();
    }

    private List<String> namesIn(String name) throws IOException {
        Path inside = folder.resolve(name);
        try (Stream<Path> paths = Files.walk(inside)) {
            return paths.filter(path -> !path.equals(inside))
                    .map(path -> inside.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private static JsonObject json(Result result) throws IOException {
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("out", result.out().getBytes(StandardCharsets.UTF_8), 0);
    }
}
