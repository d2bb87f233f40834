package org.randygpt.core.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * All of a file but its weights.
 *
 * @param metadata what it says of its model
 * @param tensors by name, in the order of their bytes; no two of them overlap and all lie within the file
 */
record GgufHeader(Metadata metadata, SequencedMap<String, TensorInfo> tensors) {
    static final String ALIGNMENT_KEY = "general.alignment";
    static final int USUAL_ALIGNMENT = 32;

    /** The letters GGUF. */
    static final int MAGIC = 0x46554747;

    static final int VERSION = 3;

    /** Differs from the next one in nothing that little-endian files show. */
    private static final int OLDER_VERSION = 2;

    private static final int MOST_KEYS = 1 << 16;
    private static final int MOST_TENSORS = 1 << 20;
    private static final int MOST_DIMENSIONS = 4;
    private static final int MOST_ALIGNMENT = 1 << 20;
    private static final int LONGEST_KEY = (1 << 16) - 1;
    private static final int LONGEST_TENSOR_NAME = 1 << 10;
    // A length, a type and the least of values.
    private static final int BYTES_OF_KEY = Long.BYTES + Integer.BYTES + Byte.BYTES;
    // Lengths of name and shape, a type and an offset.
    private static final int BYTES_OF_TENSOR = 2 * Long.BYTES + 2 * Integer.BYTES;

    /** Where tensors begin is counted from the end of the list of them. */
    private record Placed(String name, List<Integer> shape, TensorType type, long offset, long at) {
        TensorInfo after(long start) {
            return new TensorInfo(name, shape, type, start + offset);
        }

        long bytes() {
            return after(0).to() - offset;
        }
    }

    static GgufHeader read(Path file, FileChannel channel) throws IOException {
        ByteReader in = new ByteReader(file, channel);
        requireVersion(in);
        int tensorCount = in.count("the number of tensors", BYTES_OF_TENSOR, MOST_TENSORS);
        int keyCount = in.count("the number of keys", BYTES_OF_KEY, MOST_KEYS);
        Metadata metadata = metadata(file, in, keyCount);
        int alignment = alignment(metadata);
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < tensorCount; i++) {
            placed.add(tensor(in, alignment));
        }
        return new GgufHeader(metadata, tensors(in, placed, aligned(in.at(), alignment)));
    }

    /** The next position that is a multiple of the alignment. */
    static long aligned(long position, int alignment) {
        return Math.ceilDiv(position, alignment) * alignment;
    }

    private static void requireVersion(ByteReader in) throws IOException {
        int magic = in.int32("the letters GGUF");
        if (magic != MAGIC) {
            throw in.problem(
                    0,
                    "the file begins with 0x%08X, not with the letters GGUF, 0x%08X; give a file of llama.cpp's"
                            .formatted(Integer.reverseBytes(magic), Integer.reverseBytes(MAGIC)));
        }
        int version = in.int32("the version");
        if (version == Integer.reverseBytes(VERSION) || version == Integer.reverseBytes(OLDER_VERSION)) {
            throw in.problem(
                    Integer.BYTES,
                    "the file is for big-endian machines; convert it with llama.cpp's gguf_convert_endian");
        }
        if (version != VERSION && version != OLDER_VERSION) {
            throw in.problem(
                    Integer.BYTES,
                    "the version is %s; %d and %d can be read; convert the model again with a current llama.cpp"
                            .formatted(Integer.toUnsignedString(version), OLDER_VERSION, VERSION));
        }
    }

    private static Metadata metadata(Path file, ByteReader in, int count) throws IOException {
        SequencedMap<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long at = in.at();
            String key = in.text("a key", LONGEST_KEY);
            Object value = MetadataValues.read(in, "the value of " + key);
            if (values.put(key, value) != null) {
                throw in.problem(at, "the key %s is there a second time; the file is damaged".formatted(key));
            }
        }
        return new Metadata(file, values);
    }

    private static int alignment(Metadata metadata) throws IOException {
        if (!metadata.has(ALIGNMENT_KEY)) {
            return USUAL_ALIGNMENT;
        }
        int alignment = metadata.integer(ALIGNMENT_KEY);
        if (Integer.bitCount(alignment) != 1 || alignment > MOST_ALIGNMENT) {
            throw metadata.wrong(ALIGNMENT_KEY, "a power of two up to %d".formatted(MOST_ALIGNMENT));
        }
        return alignment;
    }

    private static Placed tensor(ByteReader in, int alignment) throws IOException {
        long at = in.at();
        String name = in.text("the name of a tensor", LONGEST_TENSOR_NAME);
        int dimensions = in.int32("the number of dimensions of " + name);
        if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
            throw in.problem(
                    at,
                    "the tensor %s is said to have %s dimensions; there are at most %d"
                            .formatted(name, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
        }
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = in.int64("a dimension of " + name);
            if (size < 0 || size > Integer.MAX_VALUE || elements * size > Integer.MAX_VALUE) {
                throw in.problem(
                        at,
                        "a dimension of the tensor %s is %s, for more than %d elements in all; the file is damaged"
                                .formatted(name, Long.toUnsignedString(size), Integer.MAX_VALUE));
            }
            elements *= size;
            shape.addFirst((int) size);
        }
        int number = in.int32("the type of " + name);
        TensorType type = TensorType.of(number)
                .orElseThrow(() -> in.problem(
                        at,
                        "the elements of %s are of the type %s; F32, F16 and BF16 can be read: take the model before it was quantized"
                                .formatted(name, TensorType.name(number))));
        long offset = in.int64("the offset of " + name);
        if (offset < 0 || offset % alignment != 0) {
            throw in.problem(
                    at,
                    "the tensor %s is said to begin at %s; it must be a multiple of %d"
                            .formatted(name, Long.toUnsignedString(offset), alignment));
        }
        return new Placed(name, shape, type, offset, at);
    }

    private static SequencedMap<String, TensorInfo> tensors(ByteReader in, List<Placed> placed, long start)
            throws IOException {
        long data = in.at() + in.left() - start;
        SequencedMap<String, TensorInfo> byName = new LinkedHashMap<>();
        placed.sort(Comparator.comparingLong(Placed::offset).thenComparingLong(Placed::bytes));
        TensorInfo before = new TensorInfo("", List.of(0), TensorType.F32, start);
        for (Placed each : placed) {
            long bytes = each.bytes();
            if (each.offset > data - bytes) {
                throw in.problem(
                        each.at,
                        "the tensor %s is said to have %d bytes from %d on, and there are %d; the file is not complete, get it anew"
                                .formatted(each.name, bytes, each.offset, Math.max(0, data)));
            }
            TensorInfo tensor = each.after(start);
            if (tensor.from() < before.to()) {
                throw in.problem(
                        each.at,
                        "the tensor %s is said to begin at byte %d, before the end of %s at byte %d; the file is damaged"
                                .formatted(each.name, tensor.from(), before.name(), before.to()));
            }
            if (byName.put(each.name, tensor) != null) {
                throw in.problem(
                        each.at, "the tensor %s is there a second time; the file is damaged".formatted(each.name));
            }
            before = tensor;
        }
        return byName;
    }
}
