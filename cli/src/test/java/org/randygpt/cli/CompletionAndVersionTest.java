package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.CommandLine.Help.Ansi;

class CompletionAndVersionTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    randygpt tokenizer enc            | 2 | encode
                    randygpt train --layer            | 2 | --layers
                    randygpt train --arch qw          | 3 | qwen3
                    randygpt train --log t            | 3 | tensorboard
                    randygpt train --preset shakespeare-char- | 3 | shakespeare-char-cpu
                    randygpt compl                    | 1 | completion
                    randygpt completion fi            | 2 | fish
                    """)
    void bashCompletes(String line, int word, String completed) throws Exception {
        requireShell("bash");
        write("bash");
        String script = """
                source <(cat randygpt.completion)
                compopt() { :; } # works only while a real line is completed
                COMP_WORDS=(%s)
                COMP_CWORD=%d
                COMP_LINE='%s'
                COMP_POINT=${#COMP_LINE}
                _complete_randygpt
                printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(line, word, line);
        assertEquals(completed, run("bash", "-c", script).strip());
    }

    @Test
    void zshReadsItsScript() throws Exception {
        requireShell("zsh");
        write("zsh");
        String script = "autoload -U compinit && compinit -u -D; source ./randygpt.completion && echo read";
        assertTrue(run("zsh", "-f", "-c", script).endsWith("read\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    randygpt tokenizer enc     | encode
                    randygpt train --layer     | --layers
                    randygpt train --arch qw   | qwen3
                    randygpt compl             | completion
                    randygpt completion fi     | fish
                    """)
    void fishCompletes(String line, String completed) throws Exception {
        requireShell("fish");
        write("fish");
        String script = "source randygpt.completion; complete -C '%s'".formatted(line);
        String offered = run("fish", "--no-config", "-c", script);
        assertEquals(completed, offered.strip().replaceFirst("\t.*", ""));
    }

    @Test
    void fishHasEveryCommandAndOptionWithItsDescription() throws IOException {
        Result written = session.run("completion", "fish");
        assertEquals(0, written.exitCode(), written.err());
        for (String line : new String[] {
            "complete -c randygpt -n '__randygpt_at' -f -a 'train' -d '",
            "complete -c randygpt -n '__randygpt_at tokenizer' -f -a 'encode' -d 'Writes the ids of a text\\'s tokens'",
            "complete -c randygpt -n '__randygpt_in train' -l layers -x -d 'Blocks'",
            "complete -c randygpt -n '__randygpt_in train' -l arch -x -a 'gpt2 llama qwen3 randygpt' -d '",
            "complete -c randygpt -n '__randygpt_in train' -l out -r -F -d '",
            "complete -c randygpt -n '__randygpt_in tokenizer encode' -l special -d '",
            "complete -c randygpt -n '__randygpt_in train' -s h -l help -d 'Show this help and exit'"
        }) {
            assertTrue(written.out().contains(line), line + " is not in\n" + written.out());
        }
        written.out()
                .lines()
                .filter(line -> line.startsWith("complete -c randygpt -n"))
                .forEach(line -> assertTrue(
                        Pattern.matches("[^']*('([^'\\\\]|\\\\.)*'[^']*)+", line), "quotes do not close: " + line));
    }

    @Test
    void anUnknownShellIsRefused() {
        Result refused = session.run("completion", "csh");
        assertEquals(2, refused.exitCode());
        assertTrue(refused.err().contains("'csh' is no shell; there are bash, zsh, fish"), refused.err());
        assertEquals(2, session.run("completion").exitCode());
    }

    @Test
    void versionIsOneText() throws IOException {
        Result version = session.run("version");
        assertEquals(0, version.exitCode(), version.err());
        assertEquals(version.out(), session.run("--version").out());
        assertTrue(version.out().startsWith("randyGPT "), version.out());
        assertTrue(version.out().contains("Java " + Runtime.version()), version.out());
        assertTrue(version.out().matches("(?s).*\\RVectors    \\d+ bits, \\d+ registers\\R"), version.out());

        Path file = Files.writeString(
                folder.resolve("version.json"), session.run("version", "--json").out());
        JsonObject facts = JsonObject.read(file);
        assertEquals(Runtime.version().toString(), facts.text("java"));
        assertTrue(facts.longInteger("vector_bits") >= 64);
        assertEquals(Runtime.getRuntime().availableProcessors(), facts.longInteger("processors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "train --help", "completion bash", "version"})
    void nothingHasColoursInAPipe(String arguments) {
        assertFalse(session.run(arguments.split(" ")).out().contains("\u001b"));
    }

    @Test
    void coloursAreForTerminalsUnlessTheyAreUnwanted() {
        Screen terminal = new Screen("xterm", () -> Screen.USUAL);
        assertEquals(Ansi.ON, Colors.of(terminal, Map.of("NO_COLOR", "")));
        assertEquals(Ansi.OFF, Colors.of(terminal, Map.of("NO_COLOR", "1")));
        assertEquals(Ansi.OFF, Colors.of(new Screen("dumb", () -> Screen.USUAL), Map.of()));
        assertEquals(Ansi.OFF, Colors.of(Screen.none(), Map.of()));
    }

    private void write(String shell) throws IOException {
        Result written = session.run("completion", shell);
        assertEquals(0, written.exitCode(), written.err());
        Files.writeString(folder.resolve("randygpt.completion"), written.out());
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }

    private static void requireShell(String name) {
        assumeTrue(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))),
                "there is no " + name);
    }
}
