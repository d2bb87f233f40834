package org.randygpt.cli;

/** Writes the ids of tokens as they come: with spaces between, or as a JSON object. */
final class TokenIdWriter {
    private final Output out;
    private final boolean json;
    private final String between;
    private long count;

    /** None yet. */
    TokenIdWriter(Output out, boolean json) {
        this.out = out;
        this.json = json;
        between = json ? "," : " ";
    }

    /** Writes some more. */
    void write(int[] ids) {
        StringBuilder text = new StringBuilder(ids.length * 6);
        for (int id : ids) {
            text.append(count++ == 0 ? json ? "{\"ids\":[" : "" : between).append(id);
        }
        out.print(text.toString());
    }

    /** Writes what comes behind the last one. */
    void end() {
        out.println(json ? "%s],\"count\":%d}".formatted(count == 0 ? "{\"ids\":[" : "", count) : "");
    }
}
