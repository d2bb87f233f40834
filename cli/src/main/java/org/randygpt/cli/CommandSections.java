package org.randygpt.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/** Lists the commands of the program under headings, by what they are for. */
final class CommandSections implements IHelpSectionRenderer {
    private static final String OTHERS = "About the program";
    private static final Map<String, String> SECTIONS = Map.ofEntries(
            Map.entry("train", "Models"),
            Map.entry("generate", "Models"),
            Map.entry("chat", "Models"),
            Map.entry("eval", "Models"),
            Map.entry("export", "Models"),
            Map.entry("import", "Models"),
            Map.entry("tokenizer", "Texts"),
            Map.entry("data", "Texts"),
            Map.entry("runs", "Runs"),
            Map.entry("plot", "Runs"),
            Map.entry("presets", "Runs"));
    private static final int GAP = 4;

    @Override
    public String render(Help help) {
        int longest = help.subcommands().keySet().stream()
                .mapToInt(String::length)
                .max()
                .orElse(0);
        SequencedMap<String, List<Map.Entry<String, Help>>> sections = new LinkedHashMap<>();
        for (Map.Entry<String, Help> command : help.subcommands().entrySet()) {
            sections.computeIfAbsent(SECTIONS.getOrDefault(command.getKey(), OTHERS), section -> new ArrayList<>())
                    .add(command);
        }
        StringBuilder text = new StringBuilder();
        sections.forEach((section, commands) -> {
            text.append(help.createHeading("%n" + section + ":%n"));
            TextTable table = TextTable.forColumns(
                    help.colorScheme(),
                    new Column(longest + GAP, 2, Overflow.SPAN),
                    new Column(help.commandSpec().usageMessage().width() - longest - GAP, 1, Overflow.WRAP));
            for (Map.Entry<String, Help> command : commands) {
                String[] description =
                        command.getValue().commandSpec().usageMessage().description();
                Text name = help.colorScheme().commandText(command.getKey());
                table.addRowValues(name, help.colorScheme().text(String.join(" ", description)));
            }
            text.append(table);
        });
        return text.toString();
    }
}
