package org.randygpt.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JvmOptionsTest {
    static Stream<Arguments> linesAndTheirWords() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t ", List.of()),
                Arguments.of(" -Xmx1g   -ea ", List.of("-Xmx1g", "-ea")),
                Arguments.of("-Dx='a b'", List.of("-Dx=a b")),
                Arguments.of("-Dx=\"a 'b' \\\"c\\\"\"", List.of("-Dx=a 'b' \"c\"")),
                Arguments.of("a\\ b '' \"c\\d\"", List.of("a b", "", "c\\d")),
                Arguments.of("'a\\b'c", List.of("a\\bc")));
    }

    @ParameterizedTest
    @MethodSource("linesAndTheirWords")
    void splitsLikeAShell(String line, List<String> words) throws LaunchException {
        assertEquals(words, JvmOptions.split(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx2g -ea", "-cp a:b -ea", "--add-opens java.base/java.lang=ALL-UNNAMED @file", ""})
    void optionsAndTheirValuesAreTaken(String line) throws LaunchException {
        assertEquals(JvmOptions.split(line), JvmOptions.ofUser(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "-Xmx 2g", "-cp a b", "-ea ''", "--add-modules a b"})
    void aWordThatIsNoOptionIsBadInput(String line) {
        LaunchException refused = assertThrows(LaunchException.class, () -> JvmOptions.ofUser(line));
        assertEquals(2, refused.exitCode());
    }

    @Test
    void anOpenQuoteIsAnError() {
        assertThrows(LaunchException.class, () -> JvmOptions.split("-Dx='a b"));
    }

    @Test
    void theUsersOptionsComeLastAndReplaceOurCollector() {
        List<String> options = JvmOptions.with(List.of("-Xmx1g", "-XX:+UseParallelGC"));
        assertEquals(List.of("-Xmx1g", "-XX:+UseParallelGC"), options.subList(options.size() - 2, options.size()));
        assertTrue(options.stream().noneMatch("-XX:+UseSerialGC"::equals));
    }

    @Test
    void warningsOfTheJvmStayOffStandardOutput() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(JvmOptions.with(List.of("-Xmx12m")));
        command.add("-version");
        Process process = new ProcessBuilder(command).start();
        assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        String beside = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), beside);
        assertTrue(beside.contains("warning"), beside);
    }
}
