package org.randygpt.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completions of commands and options for fish, which picocli does not write. */
final class FishCompletion {
    private static final Set<Class<?>> FILES = Set.of(Path.class, File.class);

    private final String program;
    private final StringBuilder script = new StringBuilder();

    private FishCompletion(String program) {
        this.program = program;
    }

    /** A script for the command and all below it. */
    static String of(CommandLine root) {
        FishCompletion completion = new FishCompletion(root.getCommandName());
        completion.head();
        completion.command(root, List.of());
        return completion.script.toString();
    }

    /** Whether the words of the line begin with those of a command, or are them. */
    private void head() {
        script.append("""
                # Completions of %1$s for fish.
                function __%1$s_words
                    for word in (commandline -opc)[2..-1]
                        string match -q -- '-*' $word; or echo $word
                    end
                end
                function __%1$s_in
                    set -l words (__%1$s_words)
                    set -l count (count $argv)
                    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
                end
                function __%1$s_at
                    set -l words (__%1$s_words)
                    test "$words" = "$argv"
                end
                complete -c %1$s -e
                """.formatted(program));
    }

    private void command(CommandLine line, List<String> path) {
        for (Map.Entry<String, CommandLine> each : line.getSubcommands().entrySet()) {
            CommandSpec command = each.getValue().getCommandSpec();
            add(
                    "at",
                    path,
                    "-f -a " + quoted(each.getKey()),
                    command.usageMessage().description());
        }
        for (OptionSpec option : line.getCommandSpec().options()) {
            if (!option.hidden() && !(path.isEmpty() && option.inherited())) {
                option(option, path);
            }
        }
        for (PositionalParamSpec argument : line.getCommandSpec().positionalParameters()) {
            List<String> choices = CompletionCommand.choices(argument);
            if (!choices.isEmpty()) {
                add("at", path, "-f -a " + quoted(String.join(" ", choices)), argument.description());
            }
        }
        for (Map.Entry<String, CommandLine> each : line.getSubcommands().entrySet()) {
            List<String> below = new ArrayList<>(path);
            below.add(each.getKey());
            command(each.getValue(), below);
        }
    }

    private void option(OptionSpec option, List<String> path) {
        StringBuilder flags = new StringBuilder();
        for (String name : option.names()) {
            flags.append(name.startsWith("--") ? "-l " : "-s ")
                    .append(name.replaceFirst("^--?", ""))
                    .append(' ');
        }
        List<String> choices = CompletionCommand.choices(option);
        if (!choices.isEmpty()) {
            flags.append("-x -a ").append(quoted(String.join(" ", choices)));
        } else if (FILES.contains(option.type()) || option.paramLabel().matches("FILE|DIR")) {
            flags.append("-r -F");
        } else if (option.arity().max() > 0) {
            flags.append("-x");
        }
        // At the top only before a command; those of a command behind it.
        add(path.isEmpty() ? "at" : "in", path, flags.toString().strip(), option.description());
    }

    private void add(String where, List<String> path, String what, String... description) {
        String condition = "__%s_%s%s".formatted(program, where, path.isEmpty() ? "" : " " + String.join(" ", path));
        script.append("complete -c %s -n %s %s -d %s%n"
                .formatted(program, quoted(condition), what, quoted(firstSentence(description))));
    }

    private static String firstSentence(String... description) {
        String text = String.join(" ", description);
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end))
                .replaceFirst("[.]$", "")
                .replaceFirst(" Default: .*", "");
    }

    /** In single quotes, in which fish reads backslashes and quotes only. */
    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
