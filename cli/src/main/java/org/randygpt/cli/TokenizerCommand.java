package org.randygpt.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code randygpt tokenizer}. */
@Command(
        name = "tokenizer",
        description = "Learns vocabularies, and turns text into tokens and back.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  randygpt tokenizer train --data my.txt --vocab 4096 --out my-tokens",
            "  echo \"To be\" | randygpt tokenizer encode --tokenizer my-tokens",
            "  randygpt tokenizer encode --tokenizer gpt2 --data my.txt > ids.txt",
            "  echo \"51 300 12\" | randygpt tokenizer decode --tokenizer my-tokens",
            "  randygpt train --data my.txt --tokenizer my-tokens"
        })
final class TokenizerCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "there is no command after tokenizer; use train, encode or decode");
    }
}
