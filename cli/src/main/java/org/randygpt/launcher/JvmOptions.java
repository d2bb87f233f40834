package org.randygpt.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The options of the JVM that runs randyGPT. */
final class JvmOptions {
    static final String VARIABLE = "RANDYGPT_JAVA_OPTS";

    /** Options whose value is the next word. */
    private static final String WITH_VALUE = "-cp|-classpath|-p|--[a-z-]+";

    private JvmOptions() {}

    /** Our options, then the user's, so that theirs win. */
    static List<String> with(List<String> users) {
        List<String> options = new ArrayList<>();
        options.add("--add-modules=" + JavaHome.VECTOR_MODULE);
        // OpenBLAS is called by the foreign-function API, of which the JVM would warn.
        options.add("--enable-native-access=ALL-UNNAMED");
        // Two collectors are an error, not an override. Ours: almost nothing is ever garbage, so the simplest will do.
        if (users.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
            options.add("-XX:+UseSerialGC");
        }
        if (hasHugePages()) {
            options.add("-XX:+UseTransparentHugePages");
        }
        options.add("-XX:MaxRAMPercentage=70");
        // What is young is garbage of the first seconds; a large place for it would only count as memory in use.
        options.add("-Xmn16m");
        // Standard output is for what commands print: the JVM's own warnings go beside it.
        options.addAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr"));
        // Arrays begin with a cache line, so that no vector of the kernels crosses two.
        options.add("-XX:ObjectAlignmentInBytes=64");
        options.add("-XX:-UsePerfData");
        options.add("-Drandygpt.launcher=" + ProcessHandle.current().pid());
        options.addAll(users);
        return options;
    }

    /** Where the kernel has them switched off, the option would only bring a warning. */
    private static boolean hasHugePages() {
        try {
            return Platform.LINUX
                    && !Files.readString(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"))
                            .contains("[never]");
        } catch (IOException unknown) {
            return false;
        }
    }

    /**
     * The user's options.
     *
     * @throws LaunchException if a word is none: Java would take it for the name of the program
     */
    static List<String> ofUser(String line) throws LaunchException {
        List<String> words = split(line);
        String before = "";
        for (String word : words) {
            boolean value = before.matches(WITH_VALUE);
            if (!value && !word.startsWith("-") && !word.startsWith("@")) {
                throw new LaunchException(
                        LaunchException.BAD_INPUT,
                        "%s has '%s', which is no option of Java; options begin with -, as in -Xmx2g"
                                .formatted(VARIABLE, word));
            }
            before = value ? "" : word;
        }
        return words;
    }

    /**
     * The words of a line, as a shell splits it: quotes and backslashes keep spaces, everything else is literal.
     *
     * @throws LaunchException if a quote is left open
     */
    static List<String> split(String line) throws LaunchException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                continue;
            }
            inWord = true;
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == '\\' && i + 1 < line.length() && isEscape(quote, line.charAt(i + 1))) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw new LaunchException(
                    LaunchException.BAD_INPUT, "%s has a %c without its partner: %s".formatted(VARIABLE, quote, line));
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** Whether a backslash before this character disappears: everywhere outside quotes, inside "" before a few only. */
    private static boolean isEscape(char quote, char next) {
        return quote == 0 || (quote == '"' && "\"\\$`".indexOf(next) >= 0);
    }
}
