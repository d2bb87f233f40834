package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of files that are written once, together: it appears at once and whole, and leaves at once. Beside them lies
 * SHA256SUMS, which {@code sha256sum --check} reads: by it every change to any byte of the folder is noticed, those of
 * the list included. Files whose names begin with a dot do not count.
 */
public final class SealedFolder {
    /** The file that lists the others. */
    public static final String LIST = "SHA256SUMS";

    private static final Pattern LINE = Pattern.compile("(\\p{XDigit}{64})  (.+)");
    private static final Pattern STRAY = Pattern.compile("\\.(.+)\\.tmp");

    private SealedFolder() {}

    /**
     * Writes a folder under another name, has all of it reach the disk, and renames it. When anything fails, nothing
     * stays.
     *
     * @param folder of whose name there is none yet
     */
    public static void write(Disk disk, Path folder, Map<String, FileContent> files) throws IOException {
        NewFolder.write(disk, folder, temporary -> {
            SortedMap<String, String> sums = new TreeMap<>();
            for (Map.Entry<String, FileContent> file : files.entrySet()) {
                sums.put(file.getKey(), write(disk, temporary.resolve(file.getKey()), file.getValue()));
            }
            var _ = write(disk, temporary.resolve(LIST), FileContent.ofText(format(sums)));
        });
    }

    /** Deletes a folder: when that fails midway, what is left no longer has its name. */
    public static void delete(Disk disk, Path folder) throws IOException {
        Path temporary = NewFolder.temporary(folder);
        NewFolder.deleteTree(disk, temporary);
        disk.rename(folder, temporary);
        // Otherwise a failing machine might keep the name and lose a file.
        disk.force(NewFolder.parent(folder));
        NewFolder.deleteTree(disk, temporary);
    }

    /**
     * Deletes what {@link #write} and {@link #delete} left of folders when their process was killed.
     *
     * @param parent where nobody else may be writing meanwhile
     * @param name of the folders
     */
    public static void deleteStrays(Disk disk, Path parent, Pattern name) throws IOException {
        try (Stream<Path> paths = Files.list(parent)) {
            for (Path path : paths.toList()) {
                if (isStray(path, name)) {
                    NewFolder.deleteTree(disk, path);
                }
            }
        }
    }

    /** Whether a folder is one that {@link #deleteStrays} deletes. */
    public static boolean isStray(Path path, Pattern name) {
        Matcher stray = STRAY.matcher(path.getFileName().toString());
        return stray.matches()
                && name.matcher(stray.group(1)).matches()
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Why a folder is not to be deleted: not all that is in it is what {@link #write} has put there. A link never is,
     * whatever it leads to.
     *
     * @return the end of a sentence, "it is a link"; empty when all is on the list
     */
    public static Optional<String> reasonToKeep(Path folder) throws IOException {
        if (Files.isSymbolicLink(folder)) {
            return Optional.of("it is a link");
        }
        Path list = folder.resolve(LIST);
        if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("there is no %s in it to say what belongs to it".formatted(LIST));
        }
        Set<String> own = new HashSet<>(
                listed(Files.readString(list, StandardCharsets.ISO_8859_1)).keySet());
        own.add(LIST);
        try (Stream<Path> paths = Files.list(folder)) {
            String others = paths.filter(
                            path -> !own.contains(path.getFileName().toString())
                                    || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .collect(Collectors.joining(", "));
            return others.isEmpty() ? Optional.empty() : Optional.of("it holds something else: " + others);
        }
    }

    /** The files, the list apart, in the order of their names. */
    public static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(path -> {
                        String name = path.getFileName().toString();
                        return !name.startsWith(".") && !name.equals(LIST);
                    })
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads every byte and throws {@link IOException} unless all are as they were written; it names the file, and both
     * checksums.
     */
    public static void verify(Path folder) throws IOException {
        verify(folder, _ -> {});
    }

    /**
     * As {@link #verify(Path)}.
     *
     * @param progress gets the number of bytes after each part of them
     */
    public static void verify(Path folder, LongConsumer progress) throws IOException {
        Path list = folder.resolve(LIST);
        if (!Files.isRegularFile(list)) {
            throw new IOException(
                    "%s: there is no such file, so that nothing tells whether the folder is whole".formatted(list));
        }
        SortedMap<String, String> found = new TreeMap<>();
        for (Path file : files(folder)) {
            found.put(file.getFileName().toString(), Sha256.of(file, progress));
        }
        byte[] listed = Files.readAllBytes(list);
        if (!MessageDigest.isEqual(listed, format(found).getBytes(StandardCharsets.UTF_8))) {
            throw difference(folder, found, new String(listed, StandardCharsets.UTF_8));
        }
    }

    /** The name of the last of the other folders with a list that a folder lies beside. */
    static Optional<String> beside(Path folder) throws IOException {
        Path own = folder.toAbsolutePath().normalize();
        try (Stream<Path> paths = Files.list(NewFolder.parent(own))) {
            return paths.filter(path -> !path.equals(own) && Files.exists(path.resolve(LIST)))
                    .map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .max(Comparator.naturalOrder());
        }
    }

    private static IOException difference(Path folder, Map<String, String> found, String list) {
        SortedMap<String, String> listed = listed(list);
        for (Map.Entry<String, String> file : found.entrySet()) {
            String wanted = listed.remove(file.getKey());
            if (wanted == null) {
                return new IOException("%s: %s does not list it".formatted(folder.resolve(file.getKey()), LIST));
            }
            if (!wanted.equals(file.getValue())) {
                return new IOException("%s: its SHA-256 is %s and %s says %s; one of the two is damaged"
                        .formatted(folder.resolve(file.getKey()), file.getValue(), LIST, wanted));
            }
        }
        return new IOException(
                listed.isEmpty()
                        ? "%s: the file is damaged".formatted(folder.resolve(LIST))
                        : "%s: there is no such file, and %s lists it"
                                .formatted(folder.resolve(listed.firstKey()), LIST));
    }

    /** The checksums of a list by the names of the files. */
    private static SortedMap<String, String> listed(String list) {
        SortedMap<String, String> listed = new TreeMap<>();
        for (String text : list.lines().toList()) {
            Matcher line = LINE.matcher(text);
            if (line.matches()) {
                listed.put(line.group(2), line.group(1));
            }
        }
        return listed;
    }

    private static String format(SortedMap<String, String> sums) {
        StringBuilder lines = new StringBuilder();
        sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
        return lines.toString();
    }

    /** Writes a file that reaches the disk, and returns its checksum. */
    private static String write(Disk disk, Path path, FileContent content) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        try (Disk.NewFile file = disk.create(path)) {
            content.writeTo(new Disk.NewFile() {
                @Override
                public void write(ByteBuffer bytes) throws IOException {
                    digest.update(bytes.duplicate());
                    file.write(bytes);
                }

                @Override
                public void force() throws IOException {
                    file.force();
                }

                @Override
                public void close() {
                    // Whoever has opened it closes it.
                }
            });
            file.force();
        }
        return Sha256.format(digest.digest());
    }
}
