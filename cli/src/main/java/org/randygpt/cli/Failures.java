package org.randygpt.cli;

import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TokenCache;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what went wrong. */
final class Failures {
    /** Exit code when a command could not do its work. */
    static final int FAILED = 1;
    /** Exit code when the user has to change what they gave. */
    static final int BAD_INPUT = 2;
    /** Exit code when nobody reads the output any more: that of a program that SIGPIPE has ended. */
    static final int CLOSED_PIPE = 141;

    private static final String HELP = "--help";

    private final PrintStream err;
    private final boolean verbose;

    /**
     * A reporter.
     *
     * @param verbose whether to show stack traces as well
     */
    Failures(PrintStream err, boolean verbose) {
        this.err = err;
        this.verbose = verbose;
    }

    /** Reports what ended a command, and returns the exit code for it. */
    int report(Throwable problem) {
        if (problem instanceof OutputException output && output.isClosedPipe()) {
            return CLOSED_PIPE;
        }
        Throwable cause = ofMemory(problem);
        err.println("randygpt: " + sentence(cause));
        if (verbose) {
            problem.printStackTrace(err);
        }
        boolean badInput = cause instanceof IllegalArgumentException
                || cause instanceof BadInputException
                || cause instanceof OutOfMemoryError;
        return badInput ? BAD_INPUT : FAILED;
    }

    /** What a worker, or the thread that reads ahead, has met in memory; or the problem itself. */
    private static Throwable ofMemory(Throwable problem) {
        return switch (problem) {
            case IllegalStateException failure when failure.getCause() instanceof OutOfMemoryError memory -> memory;
            case IllegalStateException failure when failure.getCause() instanceof InternalError fault -> fault;
            default -> problem;
        };
    }

    /** Reports an argument that a command does not take, and returns the exit code for it. */
    int reportParameter(ParameterException problem, String... arguments) {
        CommandSpec command = problem.getCommandLine().getCommandSpec();
        err.println("randygpt: %s (see %s --help)".formatted(parameterSentence(problem), command.qualifiedName()));
        if (verbose) {
            problem.printStackTrace(err);
        }
        return BAD_INPUT;
    }

    /** What a problem with a file is, which Java says with the file's name only. */
    static String sentence(Throwable problem) {
        return switch (problem) {
            case OutOfMemoryError memory
            when String.valueOf(memory.getMessage()).contains("native thread") ->
                "the system has no room for that many threads (%s); use fewer --threads".formatted(memory.getMessage());
            case OutOfMemoryError memory ->
                "the %s of memory are used up (%s); use a smaller model, a smaller --batch, fewer --threads or a shorter text, or set RANDYGPT_JAVA_OPTS=-Xmx... if the machine has more"
                        .formatted(Formats.bytes(Runtime.getRuntime().maxMemory()), memory.getMessage());
            case InternalError fault
            when String.valueOf(fault.getMessage()).contains("unsafe memory access") ->
                "%s became shorter while it was read, so something else has changed it; the same again makes the tokens anew"
                        .formatted(TokenCache.cutOff().map(Path::toString).orElse("a file of tokens"));
            case AccessDeniedException denied
            when denied.getReason() == null -> "%s: permission denied".formatted(denied.getFile());
            case NoSuchFileException missing
            when missing.getReason() == null -> "%s: there is no such file or folder".formatted(missing.getFile());
            case ConnectException none when none.getMessage() == null -> "there is no connection";
            case FileSystemException file
            when file.getReason() != null -> "%s: %s".formatted(file.getFile(), file.getReason());
            default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
        };
    }

    /** What is wrong with an argument. */
    static String parameterSentence(ParameterException problem) {
        return switch (problem) {
            case UnmatchedArgumentException unmatched ->
                unmatchedSentence(
                        problem.getCommandLine(), unmatched.getUnmatched().getFirst());
            case MissingParameterException missing
            when missing.getMissing().getFirst() instanceof OptionSpec option ->
                "%s needs a value, %s".formatted(option.longestName(), option.paramLabel());
            case MissingParameterException missing
            when missing.getMissing().getFirst() instanceof PositionalParamSpec argument ->
                "%s is missing: %s"
                        .formatted(
                                argument.paramLabel(),
                                String.join(" ", argument.description()).replaceFirst("\\.$", ""));
            default ->
                String.valueOf(problem.getMessage())
                        .replaceFirst("^Invalid value for option '([^']*)'(?: \\([^)]*\\))?: ", "$1: ")
                        .replaceFirst(" is not an int$", " is not a whole number up to " + Integer.MAX_VALUE)
                        .replaceFirst(" is not a long$", " is not a whole number up to " + Long.MAX_VALUE)
                        .replaceFirst(" is not a (float|double)$", " is not a number");
        };
    }

    private static String unmatchedSentence(CommandLine line, String argument) {
        String name = argument.replaceFirst("=.*", "");
        List<String> known = new ArrayList<>();
        boolean option = name.startsWith("-");
        if (option) {
            line.getCommandSpec().options().stream()
                    .filter(each -> !each.hidden())
                    .forEach(each -> known.addAll(List.of(each.names())));
        } else {
            for (Map.Entry<String, CommandLine> command : line.getSubcommands().entrySet()) {
                known.add(command.getKey());
            }
        }
        @Nullable String nearest = name.equals("help") ? HELP : NearestName.of(name, known);
        if (nearest == null && option) {
            return "there is no option %s".formatted(name);
        }
        if (nearest == null && !known.isEmpty()) {
            return "there is no command %s; use %s".formatted(name, String.join(" or ", known));
        }
        if (nearest == null) {
            return "'%s' is not expected here; is the option before it missing?".formatted(argument);
        }
        return "there is no %s %s; did you mean %s?".formatted(option ? "option" : "command", name, nearest);
    }
}
