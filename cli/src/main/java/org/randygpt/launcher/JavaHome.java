package org.randygpt.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * An installed Java, described by the {@code release} file in its folder: reading it takes no time, unlike starting it.
 *
 * @param path the folder
 * @param feature the first number of the version, such as 25
 * @param canRun whether it is new enough and has the Vector API
 */
record JavaHome(Path path, int feature, boolean canRun) {
    static final int MINIMUM = 25;
    static final String VECTOR_MODULE = "jdk.incubator.vector";

    /** The Java in this folder, or nothing if the folder is none. */
    static Optional<JavaHome> read(Path path) {
        Path release = path.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(executable(path))) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(release)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
        int feature = featureOf(unquoted(properties.getProperty("JAVA_VERSION", "")));
        String modules = unquoted(properties.getProperty("MODULES", VECTOR_MODULE));
        boolean hasVectors = (" " + modules + " ").contains(" " + VECTOR_MODULE + " ");
        return Optional.of(new JavaHome(path, feature, feature >= MINIMUM && hasVectors));
    }

    Path executable() {
        return executable(path);
    }

    private static Path executable(Path home) {
        return home.resolve("bin").resolve(Platform.WINDOWS ? "java.exe" : "java");
    }

    /** 25 of "25", "25.0.3" or "25-ea"; 8 of "1.8.0_402"; 0 of anything else. */
    static int featureOf(String version) {
        String modern = version.startsWith("1.") ? version.substring(2) : version;
        int digits = 0;
        while (digits < modern.length() && Character.isDigit(modern.charAt(digits))) {
            digits++;
        }
        return digits == 0 || digits > 4 ? 0 : Integer.parseInt(modern.substring(0, digits));
    }

    private static String unquoted(String value) {
        return value.replace("\"", "").strip();
    }
}
