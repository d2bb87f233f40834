package org.randygpt.train.evaluation;

import java.util.ArrayList;
import java.util.List;
import org.randygpt.core.checkpoint.SavedModel;
import org.randygpt.core.data.DocumentReader.ReadingProgress;
import org.randygpt.train.Trainer.Hardware;
import org.randygpt.train.evaluation.ContinuationScorer.Continuation;
import org.randygpt.train.evaluation.ContinuationScorer.Score;

/** Has a model answer questions, scored as EleutherAI's harness scores them. */
public final class Tasks {
    private final ContinuationScorer scorer;

    /** Of a model. */
    public Tasks(SavedModel model, Hardware hardware) {
        scorer = new ContinuationScorer(model, hardware);
    }

    /**
     * Answers questions of one form, at least one.
     *
     * @param progress told how many texts are done
     * @throws IllegalArgumentException naming the place of a character that the model does not know
     */
    public TaskResult answer(List<TaskItem> items, ReadingProgress progress) {
        List<Continuation> continuations = new ArrayList<>();
        for (TaskItem item : items) {
            switch (item) {
                case TaskItem.Choice choice ->
                    choice.endings()
                            .forEach(ending ->
                                    continuations.add(new Continuation(choice.place(), choice.context(), ending)));
                case TaskItem.LastWord last ->
                    continuations.add(new Continuation(last.place(), last.context(), last.word()));
            }
        }
        List<Score> scores = scorer.score(continuations, progress);
        return items.getFirst() instanceof TaskItem.Choice
                ? choices(items.stream().map(TaskItem.Choice.class::cast).toList(), scores)
                : lastWords(scores);
    }

    private static TaskResult choices(List<TaskItem.Choice> items, List<Score> scores) {
        int right = 0;
        int normalized = 0;
        double chance = 0;
        int at = 0;
        for (TaskItem.Choice item : items) {
            int count = item.endings().size();
            List<Score> own = scores.subList(at, at + count);
            int best = 0;
            int bestByLength = 0;
            for (int i = 1; i < count; i++) {
                best = own.get(i).logLikelihood() > own.get(best).logLikelihood() ? i : best;
                bestByLength = perByte(own, item, i) > perByte(own, item, bestByLength) ? i : bestByLength;
            }
            right += best == item.label() ? 1 : 0;
            normalized += bestByLength == item.label() ? 1 : 0;
            chance += 1.0 / count;
            at += count;
        }
        double all = items.size();
        return new TaskResult.Choices(items.size(), right / all, normalized / all, chance / all);
    }

    private static double perByte(List<Score> scores, TaskItem.Choice item, int ending) {
        return scores.get(ending).logLikelihood() / item.lengths().get(ending);
    }

    private static TaskResult lastWords(List<Score> scores) {
        double right = 0;
        double sum = 0;
        for (Score score : scores) {
            right += score.isLikeliest() ? 1 : 0;
            sum += score.logLikelihood();
        }
        return new TaskResult.LastWords(scores.size(), right / scores.size(), StrictMath.exp(-sum / scores.size()));
    }
}
