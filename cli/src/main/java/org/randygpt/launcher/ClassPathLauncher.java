package org.randygpt.launcher;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Entry for exec:java, which runs inside Maven's JVM: runs the class that the system property {@code randygpt.main}
 * names in a child, on the class path of the class loader that loaded this.
 */
public final class ClassPathLauncher {
    private ClassPathLauncher() {}

    /** Runs the program with these arguments; throws unless it ends well, which fails the build. */
    public static void main(String[] arguments) throws IOException, InterruptedException, URISyntaxException {
        String mainClass = System.getProperty("randygpt.main", "");
        int exitCode;
        try {
            exitCode = Launcher.run(classPath(), mainClass, List.of(arguments));
        } catch (LaunchException problem) {
            throw new IllegalStateException(problem.getMessage(), problem);
        }
        if (exitCode != 0) {
            throw new IllegalStateException(mainClass + " ended with exit code " + exitCode);
        }
    }

    private static String classPath() throws URISyntaxException {
        if (!(ClassPathLauncher.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path", "");
        }
        List<String> entries = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            entries.add(Path.of(url.toURI()).toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
