package org.randygpt.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code randygpt runs}. */
@Command(
        name = "runs",
        description = "Lists, shows, compares and tidies up runs. Without a command it lists those in runs.",
        synopsisSubcommandLabel = "[COMMAND]",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  randygpt runs",
            "  randygpt runs show 20260131-120000",
            "  randygpt runs compare runs/a runs/b",
            "  randygpt runs prune --yes"
        })
final class RunsCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    RunsCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        return RunsListCommand.list(environment, new RunFolders(environment.folder()).folder(), json);
    }
}
