package org.randygpt.core.checkpoint;

import java.util.List;

/**
 * What the header of a safetensors file says of one tensor.
 *
 * @param name as in the file
 * @param type of its elements, such as F32
 * @param shape its dimensions; none for a single number
 * @param from position in the file of its first byte
 * @param to position in the file of the first byte after it
 */
public record StoredTensor(String name, String type, List<Long> shape, long from, long to) {}
