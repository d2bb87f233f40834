package org.randygpt.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.evaluation.CompressedSize;
import org.randygpt.train.evaluation.PairedBootstrap;
import org.randygpt.train.evaluation.Tables;
import org.randygpt.train.evaluation.TaskResult;
import org.randygpt.train.evaluation.TextLoss;
import org.randygpt.train.evaluation.Writing;

/**
 * What {@code eval} has found out.
 *
 * @param models one or two
 * @param text null when no text was measured on
 * @param comparison of two models on the text
 */
record EvaluationReport(
        List<OfModel> models,
        @Nullable OfText text,
        @Nullable PairedBootstrap comparison) {

    /**
     * About the text, whatever the model.
     *
     * @param name for people, of the whole text
     * @param isHeldOut whether it is what runs have held out of that
     * @param training the name of the text that tables have counted; null when they learn while they read
     * @param compressed what compressors make of it
     */
    record OfText(String name, boolean isHeldOut, @Nullable String training, CompressedSize compressed) {
        /** The name for people of what is measured on. */
        String shownName() {
            return isHeldOut ? "the held-out part of " + name : name;
        }
    }

    /**
     * About a model.
     *
     * @param name as it was given
     * @param stride of its window
     * @param loss on the text
     * @param tables on the text, in its tokens
     */
    record OfModel(
            String name,
            GptConfig config,
            long parameters,
            int stride,
            @Nullable TextLoss loss,
            @Nullable Tables tables,
            List<OfTask> tasks,
            @Nullable OfWriting writing) {}

    /** About a task in a file. */
    record OfTask(String file, TaskResult result) {}

    /** About what a model writes; copies only when there is a training text. */
    record OfWriting(Writing writing, @Nullable Copies copies) {}

    /**
     * About what a model has from its training text.
     *
     * @param longest the longest text that is there, too
     * @param place bytes of the training text before it
     * @param covered part of what was written that lies in copies of at least {@link #LEAST} bytes
     */
    record Copies(String longest, long place, double covered) {
        /** Shorter ones are words. */
        static final int LEAST = 50;
    }
}
