package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A small text file that stands for a folder beside it by holding its name: what a symbolic link would be if all file
 * systems and archives had them.
 */
public final class FolderName {
    private static final int MOST_BYTES = 100;
    private static final Pattern NAME = Pattern.compile("[\\w-][\\w.-]*\\R?");

    private FolderName() {}

    /** Makes a file stand for a folder, at once; writes only if it does not yet. */
    public static void set(Disk disk, Path file, String folder) throws IOException {
        String text = folder + "\n";
        if (!Files.isRegularFile(file)
                || !Files.readString(file, StandardCharsets.ISO_8859_1).equals(text)) {
            AtomicFiles.write(disk, file, FileContent.ofText(text));
        }
    }

    /**
     * The folder that a file stands for; the path itself when it is no such file.
     *
     * @throws IOException when the folder is not there
     */
    public static Path follow(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
            return path;
        }
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        if (!NAME.matcher(text).matches()) {
            return path;
        }
        Path folder = path.resolveSibling(text.strip());
        if (!Files.isDirectory(folder)) {
            throw new IOException("%s stands for the folder %s, which is not there".formatted(path, folder));
        }
        return folder;
    }
}
