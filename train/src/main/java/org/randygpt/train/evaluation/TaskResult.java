package org.randygpt.train.evaluation;

/** What a model makes of a task. */
public sealed interface TaskResult {

    /** How many questions there were. */
    int count();

    /**
     * Of multiple choice.
     *
     * @param accuracy how often the right ending has the highest log-likelihood
     * @param normalizedAccuracy how often it has the highest log-likelihood per byte
     * @param chance how often guessing is right
     */
    record Choices(int count, double accuracy, double normalizedAccuracy, double chance) implements TaskResult {}

    /**
     * Of last words.
     *
     * @param accuracy how often the word is what the model writes, if it always takes the likeliest token
     * @param perplexity e to the mean negative log-likelihood of a word
     */
    record LastWords(int count, double accuracy, double perplexity) implements TaskResult {}

    /** The standard error of a share of the questions; NaN of a single one, which says nothing about it. */
    default double standardError(double share) {
        return count() < 2 ? Double.NaN : Math.sqrt(share * (1 - share) / (count() - 1));
    }
}
