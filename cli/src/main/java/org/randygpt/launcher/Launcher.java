package org.randygpt.launcher;

import java.io.IOException;
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
        } catch (LaunchException | IOException problem) {
            System.err.println(problem.getMessage());
            System.exit(1);
        }
    }

    /** Runs a program of this class path on a Java that can, and returns its exit code. */
    static int run(String classPath, String mainClass, List<String> arguments)
            throws LaunchException, IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(JavaSearch.ofThisMachine().find().executable().toString());
        String options = System.getenv(JvmOptions.VARIABLE);
        command.addAll(JvmOptions.with(JvmOptions.split(options == null ? "" : options)));
        command.add("-classpath");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return ChildProcess.run(command);
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
