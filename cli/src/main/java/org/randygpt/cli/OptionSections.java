package org.randygpt.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lists the options of a command, then those of each of its mixins under its own heading. (Picocli's argument groups
 * have headings, too, but when one option is given twice they forget all the others.)
 */
final class OptionSections implements IHelpSectionRenderer {

    @Override
    public String render(Help help) {
        CommandSpec command = help.commandSpec();
        List<OptionSpec> own = new ArrayList<>(command.options());
        StringBuilder sections = new StringBuilder();
        for (CommandSpec mixin : command.mixins().values()) {
            own.removeIf(option -> mixin.optionsMap().containsKey(option.longestName()));
            sections.append(help.createHeading(mixin.usageMessage().optionListHeading()));
            // As the command has it, which may have changed what it says.
            sections.append(list(
                    help,
                    mixin.options().stream()
                            .map(option -> command.optionsMap().getOrDefault(option.longestName(), option))
                            .toList()));
        }
        return list(help, own) + sections + othersNames(help);
    }

    private static String othersNames(Help help) {
        List<String> names = NanoGptNames.of(help.commandSpec());
        return names.size() < 2
                ? ""
                : help.createHeading("%nnanoGPT's names are taken, too: " + String.join(", ", names) + "%n");
    }

    private static String list(Help help, List<OptionSpec> options) {
        Layout layout = help.createDefaultLayout();
        layout.addOptions(options, help.parameterLabelRenderer());
        return layout.toString();
    }
}
