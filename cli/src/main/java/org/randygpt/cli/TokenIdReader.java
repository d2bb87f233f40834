package org.randygpt.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whole numbers with white space between, as they come. */
final class TokenIdReader {
    private static final int MOST_SHOWN = 40;

    private final String source;
    private final Reader in;

    /**
     * Nothing is read yet.
     *
     * @param source what messages begin with
     */
    TokenIdReader(String source, InputStream in) {
        this.source = source;
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /**
     * The next numbers; none at the end.
     *
     * @throws BadInputException naming what is none
     */
    int[] next(int most) throws IOException {
        int[] ids = new int[most];
        int count = 0;
        while (count < most) {
            String word = word();
            if (word.isEmpty()) {
                break;
            }
            ids[count++] = id(word);
        }
        return Arrays.copyOf(ids, count);
    }

    private String word() throws IOException {
        StringBuilder word = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (!Character.isWhitespace(c)) {
                if (word.length() <= MOST_SHOWN) {
                    word.append((char) c);
                }
            } else if (!word.isEmpty()) {
                break;
            }
        }
        return word.toString();
    }

    private int id(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException none) {
            throw new BadInputException(
                    "%s: \"%s\" is not the id of a token; there must be whole numbers with spaces between"
                            .formatted(source, word),
                    none);
        }
    }
}
