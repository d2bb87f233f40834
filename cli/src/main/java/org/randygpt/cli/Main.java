package org.randygpt.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Entry of the program. */
public final class Main {
    private static final int HELP_COLUMNS = 100;
    /** Of picocli. */
    private static final int LEAST_HELP_COLUMNS = 55;

    private Main() {}

    /** Runs the command that the arguments name, and ends with its exit code. */
    public static void main(String[] arguments) {
        LauncherWatch.start();
        // One way to write numbers, whatever the user's language.
        Locale.setDefault(Locale.ROOT);
        System.exit(run(Environment.ofThisProcess(), arguments));
    }

    /** Runs the command that the arguments name, and returns its exit code. */
    static int run(Environment environment, String... arguments) {
        Failures failures = new Failures(environment.err(), List.of(arguments).contains(RootCommand.VERBOSE));
        try {
            String[] translated = NanoGptNames.translate(arguments);
            int exitCode = commandLine(environment, failures, translated).execute(translated);
            if (exitCode == 0) {
                environment.out().flush();
            }
            return exitCode;
        } catch (BadInputException | OutOfMemoryError | InternalError | OutputException problem) {
            return failures.report(problem);
        }
    }

    /** All commands, for those who want to know what there is. */
    static CommandLine commandLine(Environment environment) {
        return commandLine(environment, new Failures(environment.err(), false));
    }

    private static CommandLine commandLine(Environment environment, Failures failures, String... arguments) {
        CommandLine train = new CommandLine(new TrainCommand(environment));
        train.setDefaultValueProvider(given(environment, "train", arguments));
        CommandLine tokenizer = new CommandLine(new TokenizerCommand())
                .addSubcommand(new TokenizerTrainCommand(environment))
                .addSubcommand(new TokenizerEncodeCommand(environment))
                .addSubcommand(new TokenizerDecodeCommand(environment));
        CommandLine data = new CommandLine(new DataCommand()).addSubcommand(new DataInspectCommand(environment));
        CommandLine runs = new CommandLine(new RunsCommand(environment))
                .addSubcommand(new RunsListCommand(environment))
                .addSubcommand(new RunsShowCommand(environment))
                .addSubcommand(new RunsCompareCommand(environment))
                .addSubcommand(new RunsPruneCommand(environment));
        CommandLine root = new CommandLine(new RootCommand())
                .addSubcommand(train)
                .addSubcommand(new GenerateCommand(environment))
                .addSubcommand(new EvalCommand(environment))
                .addSubcommand(new ChatCommand(environment))
                .addSubcommand(new ExportCommand(environment))
                .addSubcommand(new ImportCommand(environment))
                .addSubcommand(tokenizer)
                .addSubcommand(data)
                .addSubcommand(new PresetsCommand(environment))
                .addSubcommand(new PlotCommand(environment))
                .addSubcommand(runs)
                .addSubcommand(GradcheckCommand.line(environment, given(environment, "gradcheck", arguments)))
                .addSubcommand(new DoctorCommand(environment, Host.ofThisMachine()))
                .addSubcommand(new CompletionCommand(environment))
                .addSubcommand(new VersionCommand(environment));
        root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandSections());
        sectionOptions(root);
        return Choices.readBy(root)
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true)
                .setUsageHelpWidth(helpColumns(environment.screen()))
                .setColorScheme(Help.defaultColorScheme(Colors.of(environment.screen(), System.getenv())))
                .setOut(new PrintWriter(environment.out().stream(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(failures::reportParameter)
                .setExecutionExceptionHandler((problem, line, parsed) -> failures.report(problem));
    }

    private static int helpColumns(Screen screen) {
        return screen.isTerminal() ? Math.clamp(screen.columns(), LEAST_HELP_COLUMNS, HELP_COLUMNS) : HELP_COLUMNS;
    }

    /** What a command is given beside its options. */
    private static GivenSettings given(Environment environment, String command, String... arguments) {
        CommandLine train =
                Choices.readBy(new CommandLine(new TrainCommand(environment))).setExpandAtFiles(false);
        return GivenSettings.of(environment, command, train, List.of(arguments));
    }

    private static void sectionOptions(CommandLine line) {
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new OptionSections());
        line.getSubcommands().values().forEach(Main::sectionOptions);
    }
}
