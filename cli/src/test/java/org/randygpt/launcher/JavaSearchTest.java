package org.randygpt.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaSearchTest {
    private static final String VECTORS = "MODULES=\"java.base jdk.incubator.vector\"\n";

    @TempDir
    Path machine;

    @Test
    void theChosenJavaWinsOverEveryOther() throws Exception {
        Path chosen = java("chosen", "25", VECTORS);
        Path set = java("set", "26", VECTORS);
        assertEquals(chosen, found(Map.of("RANDYGPT_JAVA_HOME", chosen.toString(), "JAVA_HOME", set.toString())));
    }

    @Test
    void aChosenJavaThatWillNotDoIsAnErrorThatNamesIt() throws Exception {
        Path old = java("old", "17.0.1", VECTORS);
        java("places/new", "25", VECTORS);
        LaunchException error =
                assertThrows(LaunchException.class, () -> found(Map.of("RANDYGPT_JAVA_HOME", old.toString())));
        assertTrue(error.toString().contains(old.toString()), error.toString());
    }

    @Test
    void javaHomeWinsOverThePath() throws Exception {
        Path set = java("set", "25", VECTORS);
        Path onPath = java("on-path", "25", VECTORS);
        assertEquals(
                set,
                found(Map.of(
                        "JAVA_HOME",
                        set.toString(),
                        "PATH",
                        onPath.resolve("bin").toString())));
    }

    @Test
    void anOldJavaHomeIsPassedOverForTheJavaThatALinkOnThePathPointsTo() throws Exception {
        Path old = java("old", "21.0.1", VECTORS);
        Path linked = java("linked", "25.0.1", VECTORS);
        Path bin = Files.createDirectory(machine.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), linked.resolve("bin/java"));
        assertEquals(linked, found(Map.of("JAVA_HOME", old.toString(), "PATH", bin.toString())));
    }

    @Test
    void amongTheUsualPlacesTheNewestWins() throws Exception {
        java("places/a", "25.0.3", VECTORS);
        Path newest = java("places/b/Contents/Home", "26", VECTORS);
        java("places/c", "17.0.2", VECTORS);
        assertEquals(newest, found(Map.of()));
    }

    @Test
    void anImageWithoutTheVectorModuleIsPassedOver() throws Exception {
        java("places/slim", "26", "MODULES=\"java.base java.logging\"\n");
        Path unlisted = java("places/unlisted", "25", "");
        assertEquals(unlisted, found(Map.of()));
    }

    @Test
    void whereThereIsNoneTheMessageSaysWhatWasLookedForAndWhere() {
        LaunchException error = assertThrows(LaunchException.class, () -> found(Map.of()));
        assertTrue(error.toString().contains("Java 25"), error.toString());
        assertTrue(error.toString().contains(machine.resolve("places").toString()), error.toString());
    }

    @Test
    void theReasonSaysWhereTheJavaWasFound() throws Exception {
        Path home = java("places/new", "25", VECTORS);
        String path = home.resolve("bin").toString();
        assertEquals("RANDYGPT_JAVA_HOME names it", reason(Map.of("RANDYGPT_JAVA_HOME", home.toString())));
        assertEquals("JAVA_HOME names it", reason(Map.of("JAVA_HOME", home.toString(), "PATH", path)));
        assertEquals("it is on the PATH", reason(Map.of("JAVA_HOME", machine.toString(), "PATH", path)));
        assertTrue(reason(Map.of()).startsWith("it is the newest in the usual places, and what was started, "));
        Path running = java("running", "25", VECTORS);
        assertEquals("it is the java that was started", reason(Map.of("PATH", path)));
        assertEquals(running, found(Map.of("PATH", path)));
    }

    private String reason(Map<String, String> environment) throws LaunchException, IOException {
        JavaSearch search = new JavaSearch(
                environment,
                machine.toRealPath().resolve("running"),
                List.of(machine.toRealPath().resolve("places")));
        return search.reason(search.find());
    }

    private Path found(Map<String, String> environment) throws LaunchException {
        Path running = machine.resolve("running");
        return new JavaSearch(environment, running, List.of(machine.resolve("places")))
                .find()
                .path();
    }

    private Path java(String folder, String version, String modules) throws IOException {
        Path home = machine.toRealPath().resolve(folder);
        Path program = Files.createDirectories(home.resolve("bin")).resolve(Platform.WINDOWS ? "java.exe" : "java");
        assertTrue(Files.createFile(program).toFile().setExecutable(true));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n" + modules);
        return home;
    }
}
