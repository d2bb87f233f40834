package org.randygpt.cli;

import java.util.concurrent.Callable;
import org.randygpt.core.checkpoint.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code randygpt version}. */
@Command(
        name = "version",
        description = "Says the version of the program, of Java and of what they run on.",
        optionListHeading = "%n",
        footer = {"", "Examples:", "  randygpt version", "  randygpt version --json"})
final class VersionCommand implements Callable<Integer> {
    private final Environment environment;

    @Option(names = "--json", description = "Write a JSON object.")
    private boolean json;

    VersionCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        VersionText version = new VersionText(Host.ofThisMachine());
        if (json) {
            environment.out().println(JsonObject.text(version.json()));
        } else {
            version.lines().forEach(line -> environment.out().println(line));
        }
        return 0;
    }
}
