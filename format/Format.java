import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checks that every Java source below a folder is laid out as the formatter would, or lays it out. */
final class Format {
    private static final JavaFormatterOptions.Style STYLE = JavaFormatterOptions.Style.PALANTIR;
    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(STYLE).formatJavadoc(true).build());

    /** Takes "check" or "apply" and the top folder. */
    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        Path top = Path.of(arguments[1]).toRealPath();
        List<Path> unformatted;
        try (Stream<Path> files = Files.walk(top)) {
            unformatted = files.filter(file -> isSource(top.relativize(file))).toList().parallelStream()
                    .filter(file -> !isFormatted(file, apply))
                    .sorted()
                    .toList();
        }
        unformatted.forEach(
                file -> System.err.println((apply ? "formatted " : "not formatted: ") + top.relativize(file)));
        if (!apply && !unformatted.isEmpty()) {
            System.err.println("To format: mvn -q -pl format verify -Dapply");
            System.exit(1);
        }
    }

    private static boolean isSource(Path file) {
        return file.toString().endsWith(".java")
                && Stream.of("target", ".git")
                        .noneMatch(
                                folder -> file.startsWith(folder) || names(file).contains(folder));
    }

    private static List<String> names(Path file) {
        return Stream.iterate(file, path -> path != null, Path::getParent)
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static boolean isFormatted(Path file, boolean apply) {
        try {
            String before = Files.readString(file);
            String after = RemoveUnusedImports.removeUnusedImports(ImportOrderer.reorderImports(before, STYLE));
            after = FORMATTER.formatSource(after);
            if (apply && !after.equals(before)) {
                Files.writeString(file, after);
            }
            return after.equals(before);
        } catch (FormatterException | IOException problem) {
            System.err.println(file + ": " + problem.getMessage());
            return false;
        }
    }
}
