package org.randygpt.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code randygpt data}. */
@Command(
        name = "data",
        description = "Looks at texts before they are trained on.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  randygpt data inspect my.txt",
            "  randygpt data inspect 'books/**/*.txt' --tokenizer my-tokens --picture lengths.png"
        })
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "there is no command after data; use inspect");
    }
}
