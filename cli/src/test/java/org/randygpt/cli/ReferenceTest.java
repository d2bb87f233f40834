package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Session.Result;
import picocli.CommandLine;

/**
 * docs/reference.md is what the commands say of themselves. After a change write it anew:
 *
 * <pre>{@code
 * mvn -pl cli -am test -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Dreference.write=true
 * }</pre>
 */
class ReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/reference.md");

    @TempDir
    private Path folder;

    @Test
    void theReferenceIsWhatTheCommandsSay() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Commands

                What each command says of itself by `--help`; a test compares this page with it. Exit codes: 0, 1 when the work
                could not be done, 2 when something that was given has to be changed, 130 and 143 after Ctrl-C and SIGTERM, 141
                when nobody reads the output any more.
                """);
        Session session = new Session(folder);
        CommandLine root = Main.commandLine(Environment.ofThisProcess());
        add(session, text, root, "");
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(REFERENCE, text);
        }
        assertEquals(Files.readString(REFERENCE), text.toString(), "write it anew as " + getClass() + " says");
    }

    private static void add(Session session, StringBuilder text, CommandLine command, String words) {
        Result help = session.run((words + " --help").strip().split(" ", -1));
        assertEquals(0, help.exitCode(), help.err());
        String name = ("randygpt " + words).strip();
        text.append("\n## ").append(name).append("\n\n```\n");
        help.out()
                .lines()
                .map(String::stripTrailing)
                .forEach(line -> text.append(line).append('\n'));
        text.append("```\n");
        Collection<CommandLine> inner = command.getSubcommands().values();
        for (CommandLine each : inner) {
            add(session, text, each, (words + " " + each.getCommandName()).strip());
        }
    }
}
