package org.randygpt.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command. */
@Command(
        name = "randygpt",
        description = "Trains small GPTs on your text, and lets them write.",
        versionProvider = RootCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Begin with:",
            "  randygpt train                 trains on three plays of Shakespeare for two minutes",
            "  randygpt generate              has the newest model write",
            "  randygpt tokenizer train       learns a vocabulary from a text",
            "  randygpt plot                  draws the curves of the newest run",
            "  randygpt runs                  lists the runs",
            "  randygpt COMMAND --help        says what a command can do"
        })
@SuppressWarnings("UnusedVariable") // picocli acts on the options by itself
final class RootCommand implements Runnable {
    static final String VERBOSE = "--verbose";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
    private boolean version;

    @Option(
            names = VERBOSE,
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error came from, too.")
    private boolean verbose;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "there is no command; use "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    /** What {@code version} says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new VersionText(Host.ofThisMachine()).lines().toArray(String[]::new);
        }
    }
}
