package org.randygpt.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code randygpt completion}. */
@Command(
        name = "completion",
        description = "Writes a script with which a shell completes commands and options.",
        optionListHeading = "%n",
        footer = {
            "",
            "To have it in every new shell:",
            "  echo 'source <(randygpt completion bash)' >> ~/.bashrc",
            "  echo 'source <(randygpt completion zsh)' >> ~/.zshrc",
            "  randygpt completion fish > ~/.config/fish/completions/randygpt.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Environment environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    private Shell shell = Shell.BASH;

    @Option(names = "--json", description = "Write a JSON object with the script in it.")
    private boolean json;

    /** What completes. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    CompletionCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        String script = script(spec.root().commandLine());
        if (json) {
            Map<String, String> object = Map.of("script", script);
            environment.out().println(JsonObject.text(object));
        } else {
            environment.out().print(script);
            environment.out().flush();
        }
        return 0;
    }

    private String script(CommandLine root) {
        return switch (shell) {
            // Picocli's script switches on what zsh has for those of bash.
            case BASH, ZSH -> {
                nameChoices(root);
                yield AutoComplete.bash(root.getCommandName(), root);
            }
            case FISH -> FishCompletion.of(root);
        };
    }

    /**
     * Picocli would offer the names of constants as they are in the source, and of all options with the same label the
     * choices of one.
     */
    private static void nameChoices(CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        for (OptionSpec option : List.copyOf(command.options())) {
            List<String> choices = choices(option);
            if (!choices.isEmpty() && !option.inherited()) {
                command.remove(option);
                command.addOption(OptionSpec.builder(option)
                        .completionCandidates(choices)
                        .paramLabel(
                                option.longestName().replaceFirst("^--?", "").replace('-', '_'))
                        .build());
            }
        }
        for (PositionalParamSpec argument : List.copyOf(command.positionalParameters())) {
            List<String> choices = choices(argument);
            if (!choices.isEmpty()) {
                command.remove(argument);
                command.addPositional(PositionalParamSpec.builder(argument)
                        .completionCandidates(choices)
                        .build());
            }
        }
        line.getSubcommands().values().forEach(CompletionCommand::nameChoices);
    }

    /** The values of an option or another argument that has only a few. */
    static List<String> choices(ArgSpec argument) {
        Class<?> type = argument.auxiliaryTypes()[0];
        if (argument.completionCandidates() != null && !type.isEnum()) {
            List<String> names = new ArrayList<>();
            argument.completionCandidates().forEach(names::add);
            return names;
        }
        return type.isEnum()
                ? Arrays.stream(type.getEnumConstants())
                        .map(constant -> Choices.name((Enum<?>) constant))
                        .toList()
                : List.of();
    }
}
