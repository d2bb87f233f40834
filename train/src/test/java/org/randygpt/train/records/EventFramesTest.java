package org.randygpt.train.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.train.Metric;
import org.randygpt.train.Progress;
import org.randygpt.train.Progress.Best;
import org.randygpt.train.records.EventReader.Event;

class EventFramesTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_250L));

    /** RFC 3720, appendix B.4, and the check value of "123456789". */
    @ParameterizedTest
    @CsvSource({"0x00, 32, 8a9136aa", "0xff, 32, 62a8ab43", "count, 32, 46dd794e", "digits, 9, e3069283"})
    void checksumsAreThoseThatAreKnown(String what, int length, String checksum) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = switch (what) {
                case "count" -> (byte) i;
                case "digits" -> (byte) ('1' + i);
                default -> (byte) (int) Integer.decode(what);
            };
        }
        int crc = (int) Long.parseLong(checksum, 16);
        assertEquals(crc, EventReader.crc32c(bytes));
        assertEquals(Integer.rotateRight(crc, 15) + 0xa282ead8, EventFrames.maskedChecksum(bytes, length));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 126, 127, 128, 16_383, 1L << 40})
    void othersReadWhatIsWritten(long done) {
        RunHeader header = header();
        EventFrames frames = new EventFrames(header, CLOCK, at(done));
        List<Event> events = EventReader.read(join(
                frames.beginning(header),
                frames.record(new Metric.Step(done + 1, 2.5f, 0.75f, 0.01f, 50_000_000)),
                frames.record(new Metric.Evaluation(done + 1, 2.25f, true, 1)),
                frames.record(new Metric.Planned(9))));
        double time = 1_700_000_000.25;
        Map<String, Float> step = new LinkedHashMap<>();
        step.put("train/loss", 2.5f);
        step.put("train/gradient_norm", 0.75f);
        step.put("train/learning_rate", 0.01f);
        step.put("train/tokens_per_second", 2000f);
        assertEquals(
                List.of(
                        new Event(time, 0, "brain.Event:2", 0, Map.of()),
                        new Event(time, done + 1, "", 1, Map.of()),
                        new Event(time, done + 1, "", 0, step),
                        new Event(
                                time,
                                done + 1,
                                "",
                                0,
                                Map.of("validation/loss", 2.25f, "validation/bits_per_byte", (float)
                                        (2.25 / Math.log(2) / 1.5)))),
                events);
    }

    @Test
    void noByteCanChangeWithoutAReaderNoticing() {
        RunHeader header = header();
        byte[] file = new EventFrames(header, CLOCK, at(3)).beginning(header);
        for (int i = 0; i < file.length; i++) {
            byte[] damaged = file.clone();
            damaged[i] ^= 4;
            Throwable noticed = assertThrows(Throwable.class, () -> EventReader.read(damaged));
            assertTrue(noticed.toString().contains("the checksum is"), noticed::toString);
        }
    }

    private static RunHeader header() {
        return new RunHeader(CLOCK.instant(), "text", 10, 100, 1.5, 20, new LinkedHashMap<>());
    }

    private static Progress at(long step) {
        return new Progress(step, 0, new Best(1, 0), 0, 1, 0, 0);
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(1 << 12);
        for (byte[] part : parts) {
            all.put(part);
        }
        return new String(all.array(), 0, all.position(), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
