package org.randygpt.train.records;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.zip.CRC32C;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;

/**
 * TensorBoard's event files: {@code Event} messages (tensorflow/core/util/event.proto) in the frames of TFRecord files:
 * the length as 8 bytes, its masked checksum as 4, the message, its masked checksum, all little-endian.
 *
 * <p>An event file only grows, since TensorBoard may be reading it. A session that starts at a step makes it forget
 * what there was from that step on.
 */
final class EventFrames implements RecordFormat {
    private static final byte[] NOTHING = {};
    private static final int CHECKSUM_BITS = 32;
    private static final int MASK_ROTATION = 15;
    private static final int MASK_ADDED = 0xa282ead8;

    private final RunHeader header;
    private final InstantSource clock;
    private final long start;

    /**
     * Frames of a run, beginning with the start of a session.
     *
     * @param progress where the run stands
     */
    EventFrames(RunHeader header, InstantSource clock, Progress progress) {
        this.header = header;
        this.clock = clock;
        start = progress.step();
    }

    /** Each session has a file of its own. */
    @Override
    public long kept(Path file, Progress progress) {
        return 0;
    }

    @Override
    public byte[] beginning(RunHeader first) {
        byte[] version = frame(new ProtobufBytes()
                .number(Event.WALL_TIME, seconds())
                .text(Event.FILE_VERSION, "brain.Event:2")
                .toByteArray());
        byte[] session = session(start);
        return ByteBuffer.allocate(version.length + session.length)
                .put(version)
                .put(session)
                .array();
    }

    @Override
    public byte[] record(Metric metric) {
        return switch (metric) {
            case Metric.Step step ->
                frame(event(step.step())
                        .message(
                                Event.SUMMARY,
                                new ProtobufBytes()
                                        .message(Event.VALUE, value("train/loss", step.loss()))
                                        .message(Event.VALUE, value("train/gradient_norm", step.gradientNorm()))
                                        .message(Event.VALUE, value("train/learning_rate", step.learningRate()))
                                        .message(Event.VALUE, value("train/tokens_per_second", (float)
                                                header.tokensPerSecond(step.nanos()))))
                        .toByteArray());
            case Metric.Evaluation validation ->
                frame(event(validation.step())
                        .message(
                                Event.SUMMARY,
                                new ProtobufBytes()
                                        .message(Event.VALUE, value("validation/loss", validation.loss()))
                                        .message(Event.VALUE, value("validation/bits_per_byte", (float)
                                                header.bitsPerByte(validation.loss()))))
                        .toByteArray());
            case Metric.RolledBack back -> session(back.step());
            case Metric.Planned _, Metric.Saved _, Metric.NotSaved _ -> NOTHING;
        };
    }

    /** The numbers of the fields. */
    private static final class Event {
        static final int WALL_TIME = 1;
        static final int STEP = 2;
        static final int FILE_VERSION = 3;
        static final int SUMMARY = 5;
        static final int SESSION_LOG = 7;
        /** Of Summary. */
        static final int VALUE = 1;
        /** Of Summary.Value. */
        static final int TAG = 1;
        /** Of Summary.Value. */
        static final int SIMPLE_VALUE = 2;
        /** Of SessionLog; its value START is 1. */
        static final int STATUS = 1;
    }

    private byte[] session(long done) {
        return frame(event(done + 1)
                .message(Event.SESSION_LOG, new ProtobufBytes().whole(Event.STATUS, 1))
                .toByteArray());
    }

    private ProtobufBytes event(long step) {
        return new ProtobufBytes().number(Event.WALL_TIME, seconds()).whole(Event.STEP, step);
    }

    private static ProtobufBytes value(String tag, float value) {
        return new ProtobufBytes().text(Event.TAG, tag).number(Event.SIMPLE_VALUE, value);
    }

    private double seconds() {
        return clock.millis() / 1e3;
    }

    private static byte[] frame(byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + message.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(message.length);
        return frame.putInt(maskedChecksum(frame.array(), Long.BYTES))
                .put(message)
                .putInt(maskedChecksum(message, message.length))
                .array();
    }

    /** tensorflow/core/lib/hash/crc32c.h: a checksum of bytes that hold checksums would be a weak one. */
    static int maskedChecksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        int crc = (int) checksum.getValue();
        return (crc >>> MASK_ROTATION | crc << CHECKSUM_BITS - MASK_ROTATION) + MASK_ADDED;
    }
}
