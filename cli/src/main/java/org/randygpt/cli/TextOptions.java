package org.randygpt.cli;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.data.TextSettings;
import org.randygpt.core.data.TextSettings.Newlines;
import org.randygpt.core.data.TextSettings.OnInvalid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that say what text a command reads, and how. */
@Command(optionListHeading = "%nText:%n")
final class TextOptions {
    @Option(
            names = "--data",
            arity = "1..*",
            split = GivenSettings.SEPARATOR,
            hideParamSyntax = true,
            paramLabel = "FILE...",
            description = {
                "Files, folders and patterns such as 'books/**/*.txt', each of which may have a weight, as in a.txt:0.7"
                        + " b.txt:0.3; - is standard input, which is text. Text; with the ending .jsonl, records with a text in each;"
                        + " with .bin, tokens as nanoGPT and llm.c keep them; compressed by gzip or not. Or "
                        + Texts.BUNDLED + ", three plays that come with the program; or " + Texts.FETCHED
                        + ", a million characters (\"Tiny Shakespeare\"), fetched once. Default: " + Texts.BUNDLED
                        + "; of tokenizer encode, standard input; of eval, what the run has held out of its text"
            })
    private List<String> data = List.of();

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "How the text is encoded, such as ISO-8859-1 or UTF-16. Default: UTF-8")
    private @Nullable Charset encoding;

    @Option(
            names = "--on-invalid",
            paramLabel = "WHAT",
            description = "What to do about bytes that are not in the encoding: error, or replace by U+FFFD. Default:"
                    + " error")
    private @Nullable OnInvalid onInvalid;

    @Option(
            names = "--newlines",
            paramLabel = "WHAT",
            description = "Ends of lines: keep, or lf, by which CR LF, and CR alone, become LF. Default: keep")
    private @Nullable Newlines newlines;

    /** Where the text is; nothing for the usual one. */
    List<String> data() {
        return data;
    }

    /** How bytes become text. */
    TextSettings settings() {
        TextSettings usual = TextSettings.USUAL;
        return new TextSettings(
                encoding == null ? usual.encoding() : encoding,
                onInvalid == null ? usual.onInvalid() : onInvalid,
                newlines == null ? usual.newlines() : newlines);
    }

    /** The values of these options that say how a run reads its text. */
    static Map<String, Object> values(TextSettings settings) {
        return Map.of(
                "--encoding", settings.encoding(),
                "--on-invalid", settings.onInvalid(),
                "--newlines", settings.newlines());
    }
}
