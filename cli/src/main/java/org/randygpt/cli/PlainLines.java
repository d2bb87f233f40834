package org.randygpt.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of standard input as they come, after a prompt or without: no escape codes. */
final class PlainLines implements Lines {
    private final BufferedReader reader;
    private final Output out;
    private final String prompt;

    /**
     * Nothing is read yet.
     *
     * @param prompt what is written before each line, or nothing
     */
    PlainLines(Environment environment, String prompt) {
        reader = new BufferedReader(new InputStreamReader(environment.in(), StandardCharsets.UTF_8));
        out = environment.out();
        this.prompt = prompt;
    }

    @Override
    public @Nullable String next() {
        out.print(prompt);
        out.flush();
        try {
            return reader.readLine();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read standard input: " + problem.getMessage(), problem);
        }
    }

    /** Without an editor Ctrl-C ends the program, as it does everywhere. */
    @Override
    public boolean isInterrupted() {
        return false;
    }

    /** Standard input is not ours. */
    @Override
    public void close() {}
}
