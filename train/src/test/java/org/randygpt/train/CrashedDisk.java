package org.randygpt.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.randygpt.train.RecordingDisk.Call;

/**
 * A disk that keeps what has been forced apart from what has not, and tells what may be left of it when the machine
 * fails. Of what has not been forced each change of a name in a folder may have happened or not, whatever became of
 * those before it; each write may have happened, not happened, or happened in its first half, and a hole before one
 * that has is zeros. Changing a name is one thing: the old name is gone if and only if the new one is there.
 */
final class CrashedDisk {
    /** More states than this of a moment are not all told unless a name changes, but some, chosen at random. */
    private static final int MOST_EXHAUSTIVE = 128;

    private static final int SAMPLES = 5;

    private final Path root;
    private final Folder top = new Folder();
    private final List<Pending> pending = new ArrayList<>();

    /** An empty folder. */
    CrashedDisk(Path root) {
        this.root = root.toAbsolutePath();
    }

    private sealed interface Node {}

    private static final class Folder implements Node {
        /** With everything that has been done. */
        private final SortedMap<String, Node> now = new TreeMap<>();
        /** With what has been forced. */
        private final SortedMap<String, Node> forced = new TreeMap<>();
    }

    private static final class Content implements Node {
        private byte[] forced = {};
        private int length;
    }

    /** Something that has not been forced. */
    private sealed interface Pending {}

    private record Name(
            Folder folder,
            @Nullable String gone,
            @Nullable String there,
            @Nullable Node node) implements Pending {}

    private record Piece(Content content, int from, byte[] bytes) implements Pending {}

    /** What is left: files by their paths under the root with what they hold, folders with nothing. */
    record State(SortedMap<String, byte[]> files, SequencedSet<String> folders) {

        /** The same for the same content. */
        String signature() {
            StringBuilder text = new StringBuilder(String.join("/", folders));
            files.forEach((name, bytes) -> text.append('|')
                    .append(name)
                    .append(bytes.length)
                    .append(':')
                    .append(Arrays.hashCode(bytes)));
            return text.toString();
        }

        /** Makes it real in an empty folder. */
        void writeTo(Path target) throws IOException {
            for (String folder : folders) {
                Files.createDirectory(target.resolve(folder));
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(target.resolve(file.getKey()), file.getValue());
            }
        }
    }

    /** Goes on by one call. */
    void add(Call call) {
        switch (call) {
            case Call.Create(Path file) -> name(file, null, file.getFileName().toString(), new Content());
            case Call.CreateFolder(Path folder) ->
                name(folder, null, folder.getFileName().toString(), new Folder());
            case Call.Delete(Path path) -> name(path, path.getFileName().toString(), null, null);
            case Call.Rename(Path from, Path to) ->
                name(from, from.getFileName().toString(), to.getFileName().toString(), node(from));
            case Call.Write(Path file, byte[] bytes) -> {
                Content content = (Content) node(file);
                pending.add(new Piece(content, content.length, bytes));
                content.length += bytes.length;
            }
            case Call.ForceFile(Path file) -> {
                Content content = (Content) node(file);
                for (Pending each : pending) {
                    if (each instanceof Piece piece && piece.content == content) {
                        content.forced = with(content.forced, piece.from, piece.bytes, piece.bytes.length);
                    }
                }
                pending.removeIf(each -> each instanceof Piece piece && piece.content == content);
            }
            case Call.ForceFolder(Path path) -> {
                if (path.startsWith(root)) {
                    Folder folder = (Folder) node(path);
                    folder.forced.clear();
                    folder.forced.putAll(folder.now);
                    pending.removeIf(each -> each instanceof Name name && name.folder == folder);
                    forgetTheUnreachable();
                }
            }
        }
    }

    /** What has not been forced of a folder of which it is sure that it is gone plays no part any more. */
    private void forgetTheUnreachable() {
        Set<Node> reachable = Collections.newSetFromMap(new IdentityHashMap<>());
        reach(top, reachable);
        pending.removeIf(each -> switch (each) {
            case Name name -> !reachable.contains(name.folder);
            case Piece piece -> !reachable.contains(piece.content);
        });
    }

    private static void reach(Node node, Set<Node> reachable) {
        if (reachable.add(node) && node instanceof Folder folder) {
            folder.now.values().forEach(inner -> reach(inner, reachable));
            folder.forced.values().forEach(inner -> reach(inner, reachable));
        }
    }

    /** What may be left now. */
    List<State> states(SplittableRandom random) {
        long combinations = 1;
        for (Pending each : pending) {
            combinations = Math.min(Integer.MAX_VALUE, combinations * outcomes(each));
        }
        boolean exhaustive = combinations <= (isRenaming() ? Integer.MAX_VALUE - 1 : MOST_EXHAUSTIVE);
        List<State> states = new ArrayList<>();
        int[] chosen = new int[pending.size()];
        for (long number = 0; number < (exhaustive ? combinations : SAMPLES); number++) {
            long rest = number;
            for (int i = 0; i < chosen.length; i++) {
                int outcomes = outcomes(pending.get(i));
                boolean extreme = number < 2;
                if (exhaustive) {
                    chosen[i] = (int) (rest % outcomes);
                    rest /= outcomes;
                } else {
                    chosen[i] = extreme ? (int) number : random.nextInt(outcomes);
                }
            }
            states.add(state(chosen));
        }
        return states;
    }

    /** Whether a change of a name has not been forced. */
    private boolean isRenaming() {
        return pending.stream().anyMatch(each -> each instanceof Name name && name.gone != null && name.there != null);
    }

    /** 0: it has not happened; 1: it has; 2: by half. */
    private static int outcomes(Pending each) {
        return each instanceof Piece ? 3 : 2;
    }

    private State state(int[] chosen) {
        Map<Folder, SortedMap<String, Node>> names = new HashMap<>();
        Map<Content, byte[]> contents = new HashMap<>();
        for (int i = 0; i < chosen.length; i++) {
            if (chosen[i] == 0) {
                continue;
            }
            switch (pending.get(i)) {
                case Name name -> {
                    SortedMap<String, Node> of =
                            names.computeIfAbsent(name.folder, folder -> new TreeMap<>(folder.forced));
                    if (name.gone != null) {
                        of.remove(name.gone);
                    }
                    if (name.there != null) {
                        of.put(name.there, Objects.requireNonNull(name.node));
                    }
                }
                case Piece piece -> {
                    int length = chosen[i] == 1 ? piece.bytes.length : piece.bytes.length / 2;
                    byte[] before = contents.getOrDefault(piece.content, piece.content.forced);
                    contents.put(piece.content, with(before, piece.from, piece.bytes, length));
                }
            }
        }
        State state = new State(new TreeMap<>(), new LinkedHashSet<>());
        collect("", top, names, contents, state);
        return state;
    }

    private static void collect(
            String prefix,
            Folder folder,
            Map<Folder, SortedMap<String, Node>> names,
            Map<Content, byte[]> contents,
            State state) {
        names.getOrDefault(folder, folder.forced).forEach((name, node) -> {
            switch (node) {
                case Content content -> state.files.put(prefix + name, contents.getOrDefault(content, content.forced));
                case Folder inner -> {
                    state.folders.add(prefix + name);
                    collect(prefix + name + "/", inner, names, contents, state);
                }
            }
        });
    }

    private void name(Path path, @Nullable String gone, @Nullable String there, @Nullable Node node) {
        Folder folder = (Folder) node(Objects.requireNonNull(path.getParent()));
        if (gone != null) {
            folder.now.remove(gone);
        }
        if (there != null) {
            folder.now.put(there, Objects.requireNonNull(node));
        }
        pending.add(new Name(folder, gone, there, node));
    }

    private Node node(Path path) {
        Node node = top;
        for (Path name : root.equals(path) ? List.<Path>of() : root.relativize(path)) {
            node = Objects.requireNonNull(((Folder) node).now.get(name.toString()), path.toString());
        }
        return node;
    }

    private static byte[] with(byte[] before, int from, byte[] bytes, int length) {
        byte[] after = Arrays.copyOf(before, Math.max(before.length, length == 0 ? 0 : from + length));
        System.arraycopy(bytes, 0, after, from > after.length ? 0 : from, length);
        return after;
    }
}
