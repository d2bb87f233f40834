package org.randygpt.cli;

import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/** Whether what is written has colours: on a terminal that has them, unless NO_COLOR says otherwise (no-color.org). */
final class Colors {
    private Colors() {}

    /**
     * Colours or none.
     *
     * @param screen what shows standard output
     * @param variables of the environment
     */
    static Ansi of(Screen screen, Map<String, String> variables) {
        boolean unwanted = !variables.getOrDefault("NO_COLOR", "").isEmpty();
        return screen.isLive() && !unwanted ? Ansi.ON : Ansi.OFF;
    }
}
