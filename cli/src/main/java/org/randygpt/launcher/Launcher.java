package org.randygpt.launcher;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;

/**
 * Entry of the jar: runs randyGPT in this JVM if that can do it, else in a child on a Java that can. A jar's manifest
 * cannot ask for a newer Java or for an incubator module.
 */
public final class Launcher {
    private static final String MAIN = "org.randygpt.cli.Main";

    private Launcher() {}

    /** Runs randyGPT with these arguments and ends with its exit code. */
    public static void main(String[] arguments) throws Throwable {
        if (canRunHere()) {
            runHere(arguments);
            return;
        }
        try {
            System.exit(run(System.getProperty("java.class.path", ""), MAIN, List.of(arguments)));
        } catch (LaunchException problem) {
            System.err.println(problem.getMessage());
            System.exit(problem.exitCode());
        } catch (IOException problem) {
            System.err.println("randygpt: " + problem.getMessage());
            System.exit(LaunchException.FAILED);
        }
    }

    /** Runs a program of this class path on a Java that can, and returns its exit code. */
    static int run(String classPath, String mainClass, List<String> arguments)
            throws LaunchException, IOException, InterruptedException {
        JavaSearch search = JavaSearch.ofThisMachine();
        JavaHome home = search.find();
        String java = home.executable().toString();
        String line = System.getenv(JvmOptions.VARIABLE);
        List<String> users = JvmOptions.ofUser(line == null ? "" : line);
        List<String> options = JvmOptions.with(users);
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(options);
        // For whoever asks why it is this one.
        command.add("-Drandygpt.java.reason=" + search.reason(home));
        command.add("-classpath");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        int exitCode = ChildProcess.run(command);
        // Java ends with 1 as well when it does not like its options, of which it says what is wrong but not whose they
        // are.
        if (exitCode == LaunchException.FAILED && !users.isEmpty() && !starts(java, options)) {
            throw new LaunchException(
                    LaunchException.BAD_INPUT,
                    "Java does not start with %s=%s; see above".formatted(JvmOptions.VARIABLE, line));
        }
        return exitCode;
    }

    private static boolean starts(String java, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java));
        command.addAll(options);
        command.add("-version");
        return new ProcessBuilder(command)
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static boolean canRunHere() {
        return Runtime.version().feature() >= JavaHome.MINIMUM
                && ModuleLayer.boot().findModule(JavaHome.VECTOR_MODULE).isPresent();
    }

    private static void runHere(String[] arguments) throws Throwable {
        try {
            Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }
}
