package org.randygpt.cli;

import java.util.Map;
import org.randygpt.train.Sampling;
import org.randygpt.train.Sampling.Borders;
import org.randygpt.train.Sampling.Order;
import org.randygpt.train.Sampling.Split;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code train} that say which windows of its text a run sees. */
@Command(optionListHeading = "%nWindows of the text:%n")
final class SamplingOptions {
    @Option(
            names = "--windows",
            paramLabel = "ORDER",
            description = "epochs, in which each comes once, in a random order; or random. Default: epochs")
    private Order order = Sampling.USUAL.order();

    @Option(
            names = "--respect-documents",
            description = "No window reaches from one document into the next. Documents are files, records, and what"
                    + " lines of <|endoftext|> divide.")
    private boolean respectDocuments;

    @Option(
            names = "--split",
            paramLabel = "WHAT",
            description = "What is held out for validation: position, the end of the text; documents, chosen by --seed;"
                    + " or auto, which is documents where there are 20 or more. Default: auto")
    private Split split = Sampling.USUAL.split();

    @Option(
            names = "--held-out",
            paramLabel = "X",
            description = "The part of the text that is held out for validation. Default: 0.1")
    private float heldOut = Sampling.USUAL.heldOut();

    @Option(
            names = "--eval-tokens",
            paramLabel = "N",
            description = "The most tokens of a validation; of a longer held-out part, windows all over it. Default:"
                    + " 262144")
    private long evaluationTokens = Sampling.USUAL.evaluationTokens();

    /**
     * The settings of a new run.
     *
     * @throws IllegalArgumentException when one cannot be
     */
    Sampling settings() {
        return new Sampling(order, respectDocuments ? Borders.KEPT : Borders.CROSSED, split, heldOut, evaluationTokens);
    }

    /** The values of these options that say what a run's settings are. */
    static Map<String, Object> values(Sampling sampling) {
        return Map.of(
                "--windows", sampling.order(),
                "--respect-documents", sampling.borders() == Borders.KEPT,
                "--split", sampling.split(),
                "--held-out", sampling.heldOut(),
                "--eval-tokens", sampling.evaluationTokens());
    }
}
