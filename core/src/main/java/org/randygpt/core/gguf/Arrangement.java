package org.randygpt.core.gguf;

import java.util.List;

/** The order in which llama.cpp keeps the elements of a matrix that Hugging Face's files keep in another. */
interface Arrangement {

    /** Where the element that llama.cpp has at an index is in Hugging Face's order. */
    int from(int index);

    /** The shape that llama.cpp gives a matrix. */
    default List<Integer> shape(List<Integer> ours) {
        return ours;
    }

    /** The same order. */
    record Same() implements Arrangement {
        @Override
        public int from(int index) {
            return index;
        }
    }

    /** A row for each output, where GPT-2's files have one for each input. */
    record Transposed(int inputs, int outputs) implements Arrangement {
        @Override
        public int from(int index) {
            return index % inputs * outputs + index / inputs;
        }

        @Override
        public List<Integer> shape(List<Integer> ours) {
            return ours.reversed();
        }
    }

    /**
     * Rows of a head in the order 0, D/2, 1, D/2 + 1 and so on: positions turn pairs of neighbours, where Hugging
     * Face's Llama turns pairs of the two halves.
     */
    record PairsSideBySide(int headSize, int width) implements Arrangement {
        @Override
        public int from(int index) {
            int row = index / width;
            int inHead = row % headSize;
            int ours = row - inHead + inHead % 2 * (headSize / 2) + inHead / 2;
            return ours * width + index % width;
        }
    }
}
