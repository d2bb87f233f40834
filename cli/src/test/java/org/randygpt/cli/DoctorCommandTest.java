package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.cli.Finding.Verdict;
import org.randygpt.cli.Session.Result;
import org.randygpt.core.checkpoint.JsonObject;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void open() throws IOException {
        session = new Session(folder);
    }

    @Test
    void everyLineHasAVerdictAndWhatIsNotOkARemedy() throws IOException {
        List<String> before = session.contents();
        Result result = session.run("doctor");
        assertEquals(0, result.exitCode(), result.out() + result.err());
        List<String> lines = result.out().lines().toList();
        for (String subject : new String[] {
            "Java", "Vector module", "Heap", "Processors", "Memory", "Huge pages", "Vectors", "Vector API",
            "Multiply-adds", "Reading memory", "OpenBLAS", "Font", "Cache folder", "Current folder", "Terminal",
                    "Locale"
        }) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.matches("(ok|optional|unknown|warning) +" + subject + " .*")),
                    subject + " is not in " + result.out());
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("warning") || lines.get(i).startsWith("optional")) {
                assertTrue(lines.get(i + 1).startsWith(" ".repeat(25)), lines.get(i) + " has no remedy");
            }
        }
        assertTrue(lines.getLast().startsWith("All "), lines.getLast());
        assertFalse(result.out().contains("\u001b"));
        // The cache folder was not there before.
        assertEquals(before, session.contents());
    }

    @Test
    void jsonHasTheFigures() throws IOException {
        Result result = session.run("doctor", "--json");
        assertEquals(0, result.exitCode(), result.err());
        Path file = Files.writeString(folder.resolve("doctor.json"), result.out());
        JsonObject object = JsonObject.read(file);
        assertEquals(true, object.value("ok"));
        List<JsonObject> findings = object.objects("findings");
        JsonObject bandwidth = findings.stream()
                .filter(finding -> is(finding, "Reading memory"))
                .findFirst()
                .orElseThrow();
        assertTrue(bandwidth.number("one_thread_bytes_per_second") > 0);
        assertTrue(bandwidth.number("all_threads_bytes_per_second") > 0);
    }

    @Test
    void whereTheSystemTellsNothingItSaysUnknown() {
        List<Finding> findings = new MachineExamination(new Host(folder.resolve("nowhere"), Map.of()))
                .examine()
                .toList();
        assertEquals(List.of("Processor", "Memory", "Huge pages"), subjects(findings, Verdict.UNKNOWN));
        assertTrue(findings.get(1).text().contains("of an unknown number in the machine"), findings.toString());
    }

    @Test
    void aCgroupThatIsTooSmallIsAWarningThatSaysWhatToGive() throws IOException {
        Files.createDirectories(folder.resolve("proc/self"));
        Files.createDirectories(folder.resolve("sys/fs/cgroup"));
        Files.createDirectories(folder.resolve("sys/kernel/mm/transparent_hugepage"));
        Files.writeString(folder.resolve("proc/self/cgroup"), "0::/\n");
        Files.writeString(folder.resolve("sys/fs/cgroup/cpu.max"), "50000 100000\n");
        Files.writeString(folder.resolve("sys/fs/cgroup/memory.max"), "10485760\n");
        Files.writeString(folder.resolve("sys/kernel/mm/transparent_hugepage/enabled"), "always madvise [never]\n");
        List<Finding> findings =
                new MachineExamination(new Host(folder, Map.of())).examine().toList();
        assertEquals(List.of("Processors", "Memory", "Huge pages"), subjects(findings, Verdict.WARNING));
        assertTrue(findings.get(1).remedy().contains("--threads 1,"), findings.toString());
        assertTrue(findings.get(2).remedy().contains("RANDYGPT_JAVA_OPTS=-Xmx7m"), findings.toString());
        assertTrue(findings.get(3).remedy().contains("echo madvise"), findings.toString());
    }

    @Test
    void aFolderThatCannotBeWrittenIsAWarning() throws IOException {
        // A file where a folder would have to be: nobody can write there, not even root.
        Files.writeString(folder.resolve("cache"), "");
        Result result = session.run("doctor");
        assertEquals(0, result.exitCode());
        assertTrue(
                result.out()
                        .lines()
                        .anyMatch(line -> line.matches("warning +Cache folder +.*cache cannot be written: .*")),
                result.out());
        assertFalse(result.out().contains(".tmp"), result.out());
        assertTrue(result.out().contains("set XDG_CACHE_HOME to a folder that can be written"), result.out());
    }

    @Test
    void aNarrowTerminalIsAWarning() {
        String out = session.onTerminalOf(40).run("doctor").out().replaceAll("\u001b\\[[0-9;]*m", "");
        assertTrue(out.lines().anyMatch(line -> line.matches("warning +Terminal .* 40 columns")), out);
    }

    private static boolean is(JsonObject finding, String subject) {
        try {
            return finding.text("subject").equals(subject);
        } catch (IOException none) {
            return false;
        }
    }

    private static List<String> subjects(List<Finding> findings, Verdict verdict) {
        Stream<Finding> such = findings.stream().filter(finding -> finding.verdict() == verdict);
        return such.map(Finding::subject).toList();
    }
}
