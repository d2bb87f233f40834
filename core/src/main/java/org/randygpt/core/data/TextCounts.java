package org.randygpt.core.data;

/**
 * What was noticed in a text.
 *
 * @param characters of the text
 * @param lines newlines, and ends of documents without one
 * @param nul characters U+0000
 * @param control other control characters, but tabs, line feeds and carriage returns
 * @param replaced how many U+FFFD stand for what was no character
 * @param byteOrderMarks that were removed
 * @param markers {@code <|endoftext|>} within a line, which are text and separate nothing
 */
public record TextCounts(
        long characters, long lines, long nul, long control, long replaced, long byteOrderMarks, long markers) {
    /** Those of no text. */
    public static final TextCounts NONE = new TextCounts(0, 0, 0, 0, 0, 0, 0);

    /** Those of this text and another. */
    public TextCounts plus(TextCounts other) {
        return new TextCounts(
                characters + other.characters,
                lines + other.lines,
                nul + other.nul,
                control + other.control,
                replaced + other.replaced,
                byteOrderMarks + other.byteOrderMarks,
                markers + other.markers);
    }

    /** Those of a clean text. */
    static TextCounts of(byte[] text, int[] documentEnds, long replaced, long byteOrderMarks) {
        long characters = 0;
        long newlines = 0;
        long nul = 0;
        long control = 0;
        for (int at = 0; at < text.length; at++) {
            if (Utf8.isPlain(text, at)) {
                characters += Long.BYTES;
                at += Long.BYTES - 1;
                continue;
            }
            byte unit = text[at];
            if (Utf8.isContinuation(unit)) {
                continue;
            }
            characters++;
            switch (unit) {
                case 0 -> nul++;
                case '\n' -> newlines++;
                case '\t', '\r' -> {}
                // U+0080 to U+009F are control characters, too.
                case (byte) 0xC2 -> control += (text[at + 1] & 0xFF) < 0xA0 ? 1 : 0;
                default -> control += unit >= 0 && unit < ' ' || unit == 0x7F ? 1 : 0;
            }
        }
        long lines = newlines;
        for (int end : documentEnds) {
            lines += end > 0 && text[end - 1] != '\n' ? 1 : 0;
        }
        return new TextCounts(characters, lines, nul, control, replaced, byteOrderMarks, EndOfText.count(text));
    }
}
