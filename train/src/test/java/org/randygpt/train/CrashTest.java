package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.ModelFolder;
import org.randygpt.train.CrashedDisk.State;

/**
 * A machine that fails at any moment of a run's saves, with whatever a disk may then have kept of what was not forced,
 * leaves the checkpoint before or the one that was being written.
 */
class CrashTest {
    private static final Path RUN = Path.of("runs/run");

    @TempDir
    private Path folder;

    private final SavedStates states = new SavedStates();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Set<String> seen = new HashSet<>();
    /** What each generation held when it was whole, by its name. */
    private final Map<String, Map<String, byte[]>> whole = new HashMap<>();

    /** The moments of a run: how many calls there had been when each save began and when it had ended. */
    private record Saved(List<Integer> began, List<Integer> ended) {}

    @Test
    void whateverAFailingMachineLeavesIsTheOldCheckpointOrTheNewOne() throws IOException {
        RecordingDisk disk = new RecordingDisk();
        Path live = Files.createDirectory(folder.resolve("live"));
        Saved saved = new Saved(new ArrayList<>(), new ArrayList<>());
        try (RunFolder run = RunFolder.create(disk, live.resolve(RUN))) {
            for (long[] save : SavedStates.SAVES) {
                saved.began.add(disk.calls().size());
                run.save(states.snapshot(save));
                saved.ended.add(disk.calls().size());
                String name = name(save[0]);
                whole.put(name, contents(live.resolve(RUN).resolve(name)));
            }
        }
        CrashedDisk crashed = new CrashedDisk(live);
        for (int moment = 0; moment <= disk.calls().size(); moment++) {
            int before = countUpTo(moment, saved.ended);
            int begun = countUpTo(moment - 1, saved.began);
            for (State state : crashed.states(random)) {
                if (seen.add(before + "/" + begun + state.signature())) {
                    check(state, before, begun);
                }
            }
            if (moment < disk.calls().size()) {
                crashed.add(disk.calls().get(moment));
            }
        }
        assertTrue(seen.size() > 1000, "states: " + seen.size());
    }

    /**
     * Opens what is left.
     *
     * @param before how many saves had ended
     * @param begun how many had begun
     */
    private void check(State left, int before, int begun) throws IOException {
        Path place = Files.createTempDirectory(folder, "crashed");
        left.writeTo(place);
        Path run = place.resolve(RUN);
        if (before == 0 && !RunFolder.holdsRun(run)) {
            RunFolder.create(new FailingDisk(""), run).close();
            assertEquals(List.of(), hidden(run), () -> left.signature());
            return;
        }
        RunState state;
        try (RunFolder opened = RunFolder.open(new FailingDisk(""), run)) {
            state = opened.latestState();
        }
        assertTrue(
                before > 0 && state.step() == SavedStates.SAVES.get(before - 1)[0]
                        || before < begun && state.step() == SavedStates.SAVES.get(before)[0],
                () -> "%s after %d of %d saves".formatted(state, before, begun));
        assertEquals(List.of(), hidden(run));
        assertEquals(name(state.step()) + "\n", Files.readString(run.resolve("latest")));
        String best = name(
                state.progress().best().step() == 0
                        ? state.step()
                        : state.progress().best().step());
        assertEquals(best + "\n", Files.readString(run.resolve("best")));
        assertArrayEquals(
                whole.getOrDefault(best, Map.of()).get("model.safetensors"),
                Files.readAllBytes(run.resolve("model.safetensors")));
        var _ = ModelFolder.load(run);
        try (Stream<Path> paths = Files.list(run)) {
            for (Path generation : paths.filter(Files::isDirectory).toList()) {
                assertSame(whole.getOrDefault(generation.getFileName().toString(), Map.of()), contents(generation));
            }
        }
        if (seen.size() % 4 == 0) {
            saveTheNext(run, state.step());
        }
    }

    private void saveTheNext(Path path, long step) throws IOException {
        long[] next = {step + 1, step + 1};
        try (RunFolder run = RunFolder.open(new FailingDisk(""), path)) {
            run.save(states.snapshot(next));
        }
        try (RunFolder run = RunFolder.open(new FailingDisk(""), path)) {
            assertEquals(step + 1, run.latestState().step());
        }
    }

    private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        found.forEach((name, bytes) -> assertArrayEquals(expected.get(name), bytes, name));
    }

    private static int countUpTo(int moment, List<Integer> moments) {
        return (int) moments.stream().filter(each -> each <= moment).count();
    }

    private static String name(long step) {
        return "step-%06d".formatted(step);
    }

    private static Map<String, byte[]> contents(Path generation) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.list(generation)) {
            for (Path path : paths.toList()) {
                contents.put(path.getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return contents;
    }

    private static List<String> hidden(Path run) throws IOException {
        try (Stream<Path> paths = Files.list(run)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("."))
                    .toList();
        }
    }
}
