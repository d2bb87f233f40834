package org.randygpt.cli.charts;

/** Charts of characters for a terminal that has no others than ASCII's. */
public final class AsciiChart {
    private static final String BLOCKS = "_.-:=+*#";
    private static final char LOWEST_BLOCK = '\u2581';
    private static final char HIGHEST_BLOCK = '\u2588';
    private static final char NO_DOTS = '\u2800';
    private static final char ALL_DOTS = '\u28ff';

    private AsciiChart() {}

    /** A line of a {@link TerminalChart}, as long as before; where a curve has several dots there is a star. */
    public static String of(String line) {
        StringBuilder ascii = new StringBuilder();
        line.chars().forEach(each -> ascii.append(of((char) each)));
        return ascii.toString();
    }

    private static char of(char each) {
        if (each >= NO_DOTS && each <= ALL_DOTS) {
            int dots = Integer.bitCount(each - NO_DOTS);
            return dots == 0 ? ' ' : dots == 1 ? '.' : '*';
        }
        if (each >= LOWEST_BLOCK && each <= HIGHEST_BLOCK) {
            return BLOCKS.charAt(each - LOWEST_BLOCK);
        }
        return switch (each) {
            case '\u2502', '\u2524' -> '|';
            case '\u2514' -> '+';
            case '\u2500' -> '-';
            default -> each;
        };
    }
}
