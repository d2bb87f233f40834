package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.CommandLine;

/** What programs get to read. */
class JsonOutputTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void start() throws IOException {
        session = new Session(folder);
    }

    @Test
    void aRunSaysWhereItIsAndHowItWent() throws IOException {
        Result trained = session.train("--iters=30", "--eval-every=10", "--out=run", "--json", "--sample-tokens=5");
        JsonObject run = object(trained);
        assertEquals(folder.resolve("run").toString(), run.text("folder"));
        assertEquals("finished", run.text("state"));
        assertEquals(30, run.longInteger("steps"));
        assertEquals(30, run.longInteger("steps_done"));
        assertTrue(run.number("final_loss") < run.number("initial_loss"));
        assertTrue(run.number("tokens_per_second") > 0);
        assertTrue(trained.err().contains("best validation"), "the table is on standard error");
        assertEquals(
                run.number("best_validation"),
                JsonObject.parse("show", bytes(shown()), 0).number("best_validation"));
    }

    @Test
    void aStoppedRunSaysHowFarItIsAndAFinishedOneNeedsNoStep() throws IOException {
        Result stopped = session.stoppedAfter(12).train("--iters=30", "--out=run", "--json");
        assertEquals(130, stopped.exitCode());
        assertEquals("stopped", JsonObject.parse("out", bytes(stopped), 0).text("state"));
        assertEquals(12, JsonObject.parse("out", bytes(stopped), 0).longInteger("steps"));
        session = new Session(folder);
        String[] goOn = {"train", "--resume=run", "--json", "--sample-tokens=0"};
        assertEquals(18, object(session.run(goOn)).longInteger("steps_done"));
        JsonObject again = object(session.run(goOn));
        assertEquals("finished", again.text("state"));
        assertEquals(30, again.longInteger("steps"));
    }

    @Test
    void whatIsGeneratedIsTheTextThatWouldBePrinted() throws IOException {
        assertEquals(0, session.train("--iters=5", "--out=run").exitCode());
        List<String> words = List.of("generate", "--model=run", "--prompt=the \"", "--tokens=40");
        assertEquals(2, session.run(words.toArray(String[]::new)).exitCode(), "a character that it does not know");
        String[] plain = {"generate", "--model=run", "--prompt=the ", "--tokens=40"};
        String[] json = {"generate", "--model=run", "--prompt=the ", "--tokens=40", "--json"};
        JsonObject generated = object(session.run(json));
        assertEquals(session.run(plain).out(), generated.text("text") + System.lineSeparator());
        assertEquals(40, generated.integer("tokens"));
    }

    @Test
    void aChatAnswersEachLineWithAnObject() throws IOException {
        assertEquals(0, session.train("--iters=5", "--out=run").exitCode());
        Result chat = session.withInput("/tokens 7\nthe fox\nQQ\n/what\n").run("chat", "--model=run", "--json");
        List<String> lines = chat.out().lines().toList();
        assertEquals(4, lines.size(), chat.out());
        assertEquals("{\"said\":\"An answer has 7 tokens.\"}", lines.getFirst());
        JsonObject answer = JsonObject.parse("answer", lines.get(1).getBytes(StandardCharsets.UTF_8), 0);
        assertEquals(7, answer.integer("tokens"));
        assertEquals(7, answer.text("text").length());
        assertTrue(lines.get(2).startsWith("{\"error\":\""), chat.out());
        assertTrue(lines.get(3).startsWith("{\"said\":\"there is no /what"), chat.out());
    }

    @Test
    void everyCommandCanWriteAnObject() {
        everyCommand(Main.commandLine(Environment.ofThisProcess()));
    }

    /** Of those that have other commands, only what does something by itself. */
    private static void everyCommand(CommandLine line) {
        if (line.getCommand() instanceof Callable) {
            assertNotNull(line.getCommandSpec().findOption("--json"), line.getCommandName());
        }
        line.getSubcommands().values().forEach(JsonOutputTest::everyCommand);
    }

    @Test
    void aScriptIsTheSameInAnObject() throws IOException {
        for (String shell : List.of("bash", "zsh", "fish")) {
            assertEquals(
                    session.run("completion", shell).out(),
                    object(session.run("completion", shell, "--json")).text("script"));
        }
    }

    private Result shown() {
        return session.run("runs", "show", "run", "--json");
    }

    private static JsonObject object(Result result) throws IOException {
        assertEquals(0, result.exitCode(), result.err());
        return JsonObject.parse("standard output", bytes(result), 0);
    }

    private static byte[] bytes(Result result) {
        return result.out().getBytes(StandardCharsets.UTF_8);
    }
}
