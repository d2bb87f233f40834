package org.randygpt.cli;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.randygpt.cli.Finding.Verdict;

/** Looks at folders, fonts, the terminal and its language. */
final class PlaceExamination {
    private static final long LITTLE_SPACE = 1L << 30;
    private static final int USUAL_COLUMNS = 80;

    private final Environment environment;
    private final Host host;

    PlaceExamination(Environment environment, Host host) {
        this.environment = environment;
        this.host = host;
    }

    Stream<Finding> examine() {
        return Stream.of(
                font(),
                folder(
                        "Cache folder",
                        environment.cacheFolder(),
                        "what is fetched and encoded cannot be kept; set XDG_CACHE_HOME to a folder that can be written"),
                folder(
                        "Current folder",
                        environment.folder(),
                        "runs cannot be saved in it; change to another folder, or give train --out DIR"),
                terminal(),
                language());
    }

    private static Finding font() {
        try {
            Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            int width = graphics.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
                    .stringWidth("loss");
            graphics.dispose();
            if (width > 0) {
                return Finding.ok("Font", "found, for pictures");
            }
        } catch (LinkageError | RuntimeException none) {
            // The same as none that has letters.
        }
        return Finding.of(
                Verdict.OPTIONAL,
                "Font",
                "not found; only pictures need one",
                "install fontconfig and one, such as fonts-dejavu-core");
    }

    private static Finding folder(String subject, Path folder, String remedy) {
        Path shown = folder.toAbsolutePath();
        try {
            Path there = nearest(shown);
            NewPlace.tryWriting(there);
            long free = Files.getFileStore(there).getUsableSpace();
            return Finding.ok(subject, "%s can be written, %s free".formatted(shown, Formats.bytes(free)))
                    .with("free_bytes", free)
                    .warnIf(free < LITTLE_SPACE, "make room: checkpoints are three times as large as a model");
        } catch (IOException | SecurityException problem) {
            return Finding.of(
                    Verdict.WARNING,
                    subject,
                    "%s cannot be written: %s".formatted(shown, Failures.sentence(problem)),
                    remedy);
        }
    }

    /** The folder, or the one in which it would be made. */
    private static Path nearest(Path folder) throws IOException {
        for (@Nullable Path at = folder; at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                return at;
            }
        }
        throw new IOException("there is no such folder");
    }

    private Finding terminal() {
        if (!environment.screen().isTerminal()) {
            return Finding.ok("Terminal", "none: what is written goes to a file or a pipe");
        }
        int columns = environment.screen().columns();
        String kind = host.variables().getOrDefault("TERM", "unknown");
        return Finding.ok("Terminal", "%s, %d columns".formatted(kind, columns))
                .with("columns", columns)
                .warnIf(
                        columns < USUAL_COLUMNS,
                        "lines are cut; make it at least %d columns wide".formatted(USUAL_COLUMNS));
    }

    private Finding language() {
        String encoding = System.getProperty("native.encoding", "unknown");
        String files = System.getProperty("sun.jnu.encoding", encoding);
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> host.variables().getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("none set");
        return Finding.ok("Locale", "%s; text in %s, names of files in %s".formatted(locale, encoding, files))
                .warnIf(
                        !isUtf8(encoding) || !isUtf8(files),
                        "randyGPT writes UTF-8, and names of files may be refused: set LC_ALL=C.UTF-8");
    }

    private static boolean isUtf8(String encoding) {
        try {
            return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }
}
