package org.randygpt.core.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** The files that patterns name. */
public final class DataFiles {
    private static final String ANY_FOLDERS = "**/";

    private DataFiles() {}

    /**
     * The files of a pattern, sorted by their names: a file; a folder, which means all files in it and in its folders
     * but hidden ones; or files whose names fit {@code *}, {@code **} (also across folders, or none), {@code ?},
     * {@code []} and {@code {}}. What exists under the name of the pattern goes before what fits it.
     *
     * @param folder which relative patterns start from
     * @throws IOException naming the pattern when there are none
     */
    public static List<DataFile> find(String pattern, Path folder) throws IOException {
        if (pattern.isEmpty()) {
            throw new IOException("a file without a name; give the name of a file or folder, or a pattern");
        }
        Path literal = resolve(pattern, pattern, folder);
        if (Files.isDirectory(literal)) {
            return inFolder(pattern, literal);
        }
        if (Files.exists(literal)) {
            return List.of(DataFile.of(literal, pattern));
        }
        if (firstSpecial(pattern) == pattern.length()) {
            throw absent(pattern, literal);
        }
        return fitting(pattern, folder);
    }

    /** Not everything that cannot be seen is not there. */
    private static IOException absent(String pattern, Path literal) {
        try {
            var _ = Files.readAttributes(literal, BasicFileAttributes.class);
        } catch (AccessDeniedException denied) {
            return new IOException("%s: reading a folder that it is in is not allowed".formatted(pattern), denied);
        } catch (NoSuchFileException missing) {
            // A link may be there, and lead nowhere.
        } catch (IOException problem) {
            return new IOException("%s: %s".formatted(pattern, StoredBytes.reason(problem)), problem);
        }
        return new IOException("%s: there is no such file or folder".formatted(pattern));
    }

    private static List<DataFile> inFolder(String pattern, Path folder) throws IOException {
        Walk walk = new Walk(pattern, folder, path -> true, false);
        walk.go(Integer.MAX_VALUE);
        if (walk.found.isEmpty()) {
            throw new IOException("%s: there are no files in this folder".formatted(pattern));
        }
        return walk.files(pattern.endsWith("/") ? pattern : pattern + "/");
    }

    private static List<DataFile> fitting(String pattern, Path folder) throws IOException {
        int base = pattern.lastIndexOf('/', firstSpecial(pattern)) + 1;
        String start = pattern.substring(0, base);
        String rest = pattern.substring(base);
        Path from = start.isEmpty() ? folder : resolve(pattern, start, folder);
        if (!Files.isDirectory(from)) {
            throw new IOException("%s: there is no folder %s".formatted(pattern, start));
        }
        Walk walk = new Walk(pattern, from, matcher(pattern, rest, from), rest.startsWith(".") || rest.contains("/."));
        boolean isDeep = rest.contains("**");
        walk.go(
                isDeep
                        ? Integer.MAX_VALUE
                        : (int) rest.chars().filter(unit -> unit == '/').count() + 1);
        if (walk.found.isEmpty()) {
            String hint = walk.foundFolders ? ", only folders do; /** behind it means all files in them" : "";
            throw new IOException("%s: no file fits this pattern%s".formatted(pattern, hint));
        }
        return walk.files(start);
    }

    private static PathMatcher matcher(String pattern, String rest, Path from) throws IOException {
        try {
            return from.getFileSystem().getPathMatcher("glob:" + orNoFolder(rest));
        } catch (PatternSyntaxException malformed) {
            throw new IOException(
                    "%s: this is neither a file nor a pattern: %s".formatted(pattern, malformed.getDescription()),
                    malformed);
        }
    }

    /** For Java, {@code **}{@code /} is at least one folder, and groups hold no groups. */
    private static String orNoFolder(String glob) {
        StringBuilder changed = new StringBuilder();
        boolean inGroup = false;
        for (int at = 0; at < glob.length(); at++) {
            char next = glob.charAt(at);
            inGroup = next == '{' || inGroup && next != '}';
            boolean startsName = at == 0 || glob.charAt(at - 1) == '/';
            if (startsName && !inGroup && glob.startsWith(ANY_FOLDERS, at)) {
                changed.append('{').append(ANY_FOLDERS).append(",}");
                at += ANY_FOLDERS.length() - 1;
            } else {
                changed.append(next);
            }
        }
        return changed.toString();
    }

    private static int firstSpecial(String pattern) {
        int at = 0;
        while (at < pattern.length() && "*?[{\\".indexOf(pattern.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static Path resolve(String pattern, String name, Path folder) throws IOException {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException impossible) {
            throw new IOException(
                    "%s: this cannot be the name of a file: %s".formatted(pattern, impossible.getReason()), impossible);
        }
    }

    /** Looks through a folder and those in it, once for each way to them, but never in a circle. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final String pattern;
        private final Path start;
        private final PathMatcher wanted;
        private final boolean hiddenToo;
        private final List<Path> found = new ArrayList<>();
        private boolean foundFolders;

        Walk(String pattern, Path start, PathMatcher wanted, boolean hiddenToo) {
            this.pattern = pattern;
            this.start = start;
            this.wanted = wanted;
            this.hiddenToo = hiddenToo;
        }

        void go(int depth) throws IOException {
            Files.walkFileTree(start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, this);
        }

        /** What was found, sorted. */
        List<DataFile> files(String prefix) {
            return found.stream()
                    .map(path -> DataFile.of(path, prefix + name(path)))
                    .sorted(Comparator.comparing(DataFile::name))
                    .toList();
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            if (path.equals(start)) {
                return FileVisitResult.CONTINUE;
            }
            note(path, true);
            return isHidden(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            // At the greatest depth folders are visited as files. A link to nothing is found, and fails when it is
            // read.
            note(path, attributes.isDirectory());
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path path, IOException problem) throws IOException {
            if (problem instanceof FileSystemLoopException || isHidden(path)) {
                return FileVisitResult.CONTINUE;
            }
            String inside = path.equals(start) ? "" : name(path) + " in it: ";
            throw new IOException("%s: %s%s".formatted(pattern, inside, StoredBytes.reason(problem)), problem);
        }

        private void note(Path path, boolean isFolder) {
            if (!isHidden(path) && wanted.matches(start.relativize(path))) {
                if (isFolder) {
                    foundFolders = true;
                } else {
                    found.add(path);
                }
            }
        }

        private boolean isHidden(Path path) {
            return !hiddenToo && path.getFileName().toString().startsWith(".");
        }

        private String name(Path path) {
            return start.relativize(path).toString().replace('\\', '/');
        }
    }
}
