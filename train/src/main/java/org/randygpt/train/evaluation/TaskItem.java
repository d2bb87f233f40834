package org.randygpt.train.evaluation;

import java.util.List;

/** A question of a task. */
public sealed interface TaskItem {

    /** Where it stands, for messages: file and line. */
    String place();

    /**
     * Which of some endings goes on with a context.
     *
     * @param context text before the endings; may be empty
     * @param endings texts, each with what separates it from the context
     * @param lengths bytes of UTF-8 of each ending without that, which likelihoods are divided by
     * @param label index of the right one
     */
    record Choice(String place, String context, List<String> endings, List<Integer> lengths, int label)
            implements TaskItem {
        /** Copies the lists. */
        public Choice {
            endings = List.copyOf(endings);
            lengths = List.copyOf(lengths);
        }
    }

    /**
     * Which word ends a passage.
     *
     * @param context the passage without its last word
     * @param word the last word, with what separates it from the context
     */
    record LastWord(String place, String context, String word) implements TaskItem {}
}
