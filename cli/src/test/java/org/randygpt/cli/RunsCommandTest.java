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

    private void train() throws IOException {
        assertEquals(
                0,
                session.train("--iters=12", "--eval-every=3", "--keep=9", "--out=runs/a")
                        .exitCode());
        assertEquals(
                130,
                new Session(folder)
                        .stoppedAfter(5)
                        .train("--iters=12", "--eval-every=3", "--width=32", "--out=runs/b")
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

        assertEquals(0, session.run("runs", "prune", "--yes").exitCode());
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

    private static JsonObject json(Result result) throws IOException {
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("out", result.out().getBytes(StandardCharsets.UTF_8), 0);
    }
}
