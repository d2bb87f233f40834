package org.randygpt.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.randygpt.kernels.Matrix;

/**
 * A safetensors file (github.com/huggingface/safetensors). Files are checked as a whole when they are opened; what is
 * wrong with one is thrown as an {@link IOException} with its path, the byte where it is wrong, and both values.
 */
public final class Safetensors implements AutoCloseable {
    private static final int MOST_BUFFER_BYTES = 1 << 20;
    // The same limit as the format's own library.
    private static final long MAXIMUM_HEADER_BYTES = 100_000_000;

    private final Path file;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    private final ByteBuffer buffer;

    private Safetensors(Path file, FileChannel channel, SafetensorsHeader header) {
        this.file = file;
        this.channel = channel;
        this.header = header;
        buffer = newBuffer(header.tensors().values().stream()
                .mapToLong(tensor -> tensor.to() - tensor.from())
                .max()
                .orElse(0));
    }

    /**
     * A tensor to be written.
     *
     * @param shape its dimensions
     * @param values its elements, as many as the shape says, in row-major order
     */
    public record Block(List<Integer> shape, Matrix values) {

        /** Throws {@link IllegalArgumentException} when the shape has another number of elements. */
        public Block {
            shape = List.copyOf(shape);
            long elements = shape.stream().mapToLong(size -> size).reduce(1, Math::multiplyExact);
            if (elements != values.size()) {
                throw new IllegalArgumentException(
                        "the shape %s has %d elements, the block %d".formatted(shape, elements, values.size()));
            }
        }
    }

    /** Opens a file and reads its header. */
    public static Safetensors open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: there is no such file".formatted(file));
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new Safetensors(file, channel, readHeader(file, channel));
        } catch (IOException | RuntimeException problem) {
            channel.close();
            throw problem;
        }
    }

    /** Where the elements of tensors come from while they are written. */
    interface Elements {
        /** As many as the tensor's shape says, in row-major order; the next call may overwrite them. */
        Matrix of(String tensor) throws IOException;
    }

    /** A file with tensors as 32-bit floats in the order of the map. */
    public static FileContent content(SequencedMap<String, Block> tensors) {
        SequencedMap<String, List<Integer>> shapes = new LinkedHashMap<>();
        Map<String, Matrix> values = new HashMap<>();
        tensors.forEach((name, tensor) -> {
            shapes.put(name, tensor.shape());
            values.put(name, tensor.values());
        });
        return content(shapes, name -> Objects.requireNonNull(values.get(name)));
    }

    /** As {@link #content(SequencedMap)}, of tensors that need not be in memory together. */
    static FileContent content(SequencedMap<String, List<Integer>> shapes, Elements elements) {
        byte[] header = SafetensorsHeader.format(shapes);
        return file -> {
            ByteBuffer buffer = newBuffer(shapes.values().stream()
                    .mapToLong(SafetensorsHeader::bytes)
                    .max()
                    .orElse(0));
            file.write(buffer.putLong(header.length).flip());
            file.write(ByteBuffer.wrap(header));
            for (String tensor : shapes.keySet()) {
                write(file, buffer, elements.of(tensor));
            }
        };
    }

    /** The tensors by name, in the order of the file's bytes. */
    public SequencedMap<String, StoredTensor> tensors() {
        return Collections.unmodifiableSequencedMap(header.tensors());
    }

    /**
     * Reads the elements of a tensor of type F32, F16 or BF16.
     *
     * @param tensor one of {@link #tensors}
     * @param out overwritten; as many elements as the tensor has
     */
    public void read(StoredTensor tensor, Matrix out) throws IOException {
        int width = elementBytes(tensor.type());
        if (width == 0) {
            throw new IOException("%s: byte %d: the elements of %s are of type %s; F32, F16 and BF16 can be read"
                    .formatted(file, tensor.from(), tensor.name(), tensor.type()));
        }
        if (tensor.to() - tensor.from() != (long) out.size() * width) {
            throw new IOException("%s: byte %d: the tensor %s has the shape %s, which is not %d elements"
                    .formatted(file, tensor.from(), tensor.name(), tensor.shape(), out.size()));
        }
        int perBuffer = buffer.capacity() / width;
        for (int done = 0; done < out.size(); done += perBuffer) {
            int count = Math.min(perBuffer, out.size() - done);
            fill(channel, buffer.clear().limit(count * width), tensor.from() + (long) done * width, file);
            convert(tensor.type(), out.data(), out.offset() + done, count);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Bytes of an element of a type that can be read; 0 for other types. */
    static int elementBytes(String type) {
        return switch (type) {
            case "F32" -> Float.BYTES;
            case "F16", "BF16" -> Short.BYTES;
            default -> 0;
        };
    }

    private static SafetensorsHeader readHeader(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        int start = SafetensorsHeader.LENGTH_BYTES;
        if (size < start) {
            throw new IOException("%s: byte %d: the file ends before the %d bytes of the header's length"
                    .formatted(file, size, start));
        }
        ByteBuffer length = ByteBuffer.allocate(start).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, length, 0, file);
        long headerBytes = length.getLong(0);
        long most = Math.min(size - start, MAXIMUM_HEADER_BYTES);
        if (headerBytes < 0 || headerBytes > most) {
            throw new IOException("%s: byte 0: the header is said to have %s bytes, but at most %d are possible here"
                    .formatted(file, Long.toUnsignedString(headerBytes), most));
        }
        byte[] json = new byte[(int) headerBytes];
        fill(channel, ByteBuffer.wrap(json), start, file);
        return SafetensorsHeader.parse(file, json, size);
    }

    private void convert(String type, float[] out, int from, int count) {
        switch (type) {
            case "F16" -> {
                for (int i = 0; i < count; i++) {
                    out[from + i] = Float.float16ToFloat(buffer.getShort(i * Short.BYTES));
                }
            }
            case "BF16" -> {
                for (int i = 0; i < count; i++) {
                    out[from + i] = Float.intBitsToFloat(buffer.getShort(i * Short.BYTES) << Short.SIZE);
                }
            }
            default -> buffer.asFloatBuffer().get(out, from, count);
        }
    }

    private static void write(Disk.NewFile file, ByteBuffer buffer, Matrix block) throws IOException {
        int perBuffer = buffer.capacity() / Float.BYTES;
        for (int done = 0; done < block.size(); done += perBuffer) {
            int count = Math.min(perBuffer, block.size() - done);
            buffer.clear().asFloatBuffer().put(block.data(), block.offset() + done, count);
            file.write(buffer.limit(count * Float.BYTES));
        }
    }

    /** Fills a buffer up to its limit from a place of the file, and makes it ready to be read. */
    private static void fill(FileChannel channel, ByteBuffer bytes, long from, Path file) throws IOException {
        int start = bytes.position();
        while (bytes.hasRemaining()) {
            long at = from + bytes.position() - start;
            if (channel.read(bytes, at) < 0) {
                throw new IOException("%s: byte %d: the file ends here".formatted(file, at));
            }
        }
        bytes.flip();
    }

    /**
     * A buffer for the header's length and for tensors.
     *
     * @param largest bytes of the largest tensor
     */
    private static ByteBuffer newBuffer(long largest) {
        int bytes = Math.clamp(largest, SafetensorsHeader.LENGTH_BYTES, MOST_BUFFER_BYTES);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
