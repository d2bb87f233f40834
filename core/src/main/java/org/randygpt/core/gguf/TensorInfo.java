package org.randygpt.core.gguf;

import java.util.List;

/**
 * What a file says of one tensor.
 *
 * @param name as in the file
 * @param shape its dimensions, the one whose neighbours lie side by side last; the file has them the other way round
 * @param type of its elements
 * @param from position in the file of its first byte
 */
record TensorInfo(String name, List<Integer> shape, TensorType type, long from) {

    /** Number of its elements. */
    long elements() {
        return shape.stream().mapToLong(size -> size).reduce(1, (product, size) -> product * size);
    }

    /** Position in the file of the first byte after it. */
    long to() {
        return from + elements() * type.bytes();
    }
}
