package org.randygpt.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for a Java that can run randyGPT. The first that can wins; among the usual places the newest. */
final class JavaSearch {
    static final String CHOSEN = "RANDYGPT_JAVA_HOME";

    private final Map<String, String> environment;
    private final Path runningHome;
    private final List<Path> usualPlaces;

    /**
     * @param environment the environment variables
     * @param runningHome the folder of the Java that runs this
     * @param usualPlaces folders that hold one Java a folder
     */
    JavaSearch(Map<String, String> environment, Path runningHome, List<Path> usualPlaces) {
        this.environment = environment;
        this.runningHome = runningHome;
        this.usualPlaces = usualPlaces;
    }

    /** A search of this machine. */
    static JavaSearch ofThisMachine() {
        Path user = Path.of(System.getProperty("user.home", "."));
        List<Path> places = Platform.WINDOWS
                ? Stream.of("Java", "Eclipse Adoptium", "Microsoft", "Zulu", "Amazon Corretto", "BellSoft")
                        .map(vendor -> Path.of("C:\\Program Files", vendor))
                        .toList()
                : List.of(
                        Path.of("/usr/lib/jvm"),
                        Path.of("/opt"),
                        user.resolve(".sdkman/candidates/java"),
                        user.resolve(".jdks"),
                        user.resolve(".local/share/mise/installs/java"),
                        Path.of("/Library/Java/JavaVirtualMachines"));
        return new JavaSearch(System.getenv(), Path.of(System.getProperty("java.home")), places);
    }

    /**
     * The Java to use.
     *
     * @throws LaunchException if there is none, or if the one that RANDYGPT_JAVA_HOME names will not do
     */
    JavaHome find() throws LaunchException {
        String chosen = environment.getOrDefault(CHOSEN, "");
        if (!chosen.isEmpty()) {
            return path(chosen)
                    .flatMap(JavaHome::read)
                    .filter(JavaHome::canRun)
                    .orElseThrow(() -> new LaunchException(
                            LaunchException.BAD_INPUT,
                            "%s=%s is not the folder of a Java %d or later with the module %s; set it to one, or unset it."
                                    .formatted(CHOSEN, chosen, JavaHome.MINIMUM, JavaHome.VECTOR_MODULE)));
        }
        return Stream.of(javaHome(), Stream.of(runningHome), onPath(), inUsualPlaces())
                .flatMap(homes -> homes)
                .flatMap(home -> JavaHome.read(home).stream())
                .filter(JavaHome::canRun)
                .findFirst()
                .orElseThrow(() -> new LaunchException(LaunchException.FAILED, nothingFound()));
    }

    /** Why a Java that {@link #find} has found is the one, for people. */
    String reason(JavaHome found) {
        if (!environment.getOrDefault(CHOSEN, "").isEmpty()) {
            return CHOSEN + " names it";
        }
        if (javaHome().anyMatch(found.path()::equals)) {
            return "JAVA_HOME names it";
        }
        if (runningHome.equals(found.path())) {
            return "it is the java that was started";
        }
        return onPath().anyMatch(found.path()::equals)
                ? "it is on the PATH"
                : "it is the newest in the usual places, and what was started, %s, cannot run randyGPT"
                        .formatted(runningHome);
    }

    private Stream<Path> javaHome() {
        return path(environment.getOrDefault("JAVA_HOME", "")).stream();
    }

    private Stream<Path> onPath() {
        List<Path> homes = new ArrayList<>();
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            path(folder)
                    .map(bin -> bin.resolve(Platform.WINDOWS ? "java.exe" : "java"))
                    .ifPresent(java -> {
                        try {
                            Path bin = java.toRealPath().getParent();
                            if (bin != null && bin.getParent() != null) {
                                homes.add(bin.getParent());
                            }
                        } catch (IOException absent) {
                            // No java in this folder of the PATH.
                        }
                    });
        }
        return homes.stream();
    }

    private Stream<Path> inUsualPlaces() {
        List<JavaHome> homes = new ArrayList<>();
        for (Path place : usualPlaces) {
            try (Stream<Path> folders = Files.list(place)) {
                // On macOS the Java is inside a bundle.
                folders.flatMap(folder -> Stream.of(folder, folder.resolve("Contents/Home")))
                        .flatMap(home -> JavaHome.read(home).stream())
                        .forEach(homes::add);
            } catch (IOException absent) {
                // Most of the usual places exist on some machines only.
            }
        }
        homes.sort(Comparator.comparingInt(JavaHome::feature).reversed().thenComparing(JavaHome::path));
        return homes.stream().map(JavaHome::path);
    }

    private String nothingFound() {
        return "randyGPT needs Java %d or later with the module %s, and none was found in %s, JAVA_HOME, this Java (%s), the PATH, or the folders in %s; install a JDK %d (Debian: openjdk-25-jdk; elsewhere: adoptium.net, SDKMAN, Homebrew) or set %s to the folder of one."
                .formatted(
                        JavaHome.MINIMUM,
                        JavaHome.VECTOR_MODULE,
                        CHOSEN,
                        runningHome,
                        String.join(
                                ", ", usualPlaces.stream().map(Path::toString).toList()),
                        JavaHome.MINIMUM,
                        CHOSEN);
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException notOne) {
            return Optional.empty();
        }
    }
}
