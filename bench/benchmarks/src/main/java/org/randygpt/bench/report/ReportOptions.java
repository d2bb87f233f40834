package org.randygpt.bench.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What was asked for.
 *
 * @param extent how long to measure
 * @param python command of a Python that may have PyTorch and tokenizers
 * @param llmC folder with a checkout of llm.c, or empty
 * @param randygpt the Rust program, or empty
 */
public record ReportOptions(Extent extent, String python, String llmC, String randygpt) {
    private static final String FULL = "full";
    private static final Set<String> WITH_PATH = Set.of("--python", "--llm-c", "--randygpt");

    /** Whether these arguments ask for a report; if not, they are JMH's. */
    public static boolean match(List<String> arguments) {
        return arguments.isEmpty() || FULL.equals(arguments.getFirst()) || WITH_PATH.contains(arguments.getFirst());
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException that names the one that is wrong
     */
    public static ReportOptions parse(List<String> arguments) {
        ReportOptions options = new ReportOptions(Extent.QUICK, "python3", "", "");
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.equals(FULL)) {
                options = new ReportOptions(Extent.FULL, options.python, options.llmC, options.randygpt);
                continue;
            }
            if (!WITH_PATH.contains(word)) {
                throw new IllegalArgumentException(
                        "'%s' is unknown to the report; it takes full, --python PATH, --llm-c PATH and --randygpt PATH"
                                .formatted(word));
            }
            if (++i == arguments.size()) {
                throw new IllegalArgumentException("%s needs a path after it".formatted(word));
            }
            requireThere(word, arguments.get(i));
            options = options.with(word, arguments.get(i));
        }
        return options;
    }

    /** Of a command without a folder only the system knows whether it exists. */
    private static void requireThere(String option, String path) {
        boolean command = option.equals("--python") && !path.contains("/");
        if (!command && Files.notExists(Path.of(path))) {
            throw new IllegalArgumentException("%s %s: there is no such file".formatted(option, path));
        }
    }

    private ReportOptions with(String option, String path) {
        return new ReportOptions(
                extent,
                option.equals("--python") ? path : python,
                option.equals("--llm-c") ? path : llmC,
                option.equals("--randygpt") ? path : randygpt);
    }
}
