package org.randygpt.train.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
    private static final int SEGMENTS = 400;
    private static final int BYTES = 512;

    @Test
    void modelAgainstItselfDiffersByNothing() {
        TextLoss loss = loss(noise(1, 0), BYTES);
        PairedBootstrap itself = PairedBootstrap.of(loss, loss, 7);
        assertEquals(0, itself.difference());
        assertEquals(0, itself.low());
        assertEquals(0, itself.high());
        assertTrue(itself.mayBeChance());
    }

    @Test
    void modelThatIsAlwaysWorseByABitAByteIsWorseByABitAByte() {
        double[] nats = noise(1, 0);
        double[] worse = Arrays.stream(nats).map(n -> n + BYTES * Math.log(2)).toArray();
        PairedBootstrap compared = PairedBootstrap.of(loss(nats, BYTES), loss(worse, BYTES), 7);
        assertEquals(1, compared.difference(), 1e-9);
        assertEquals(1, compared.low(), 1e-9);
        assertEquals(1, compared.high(), 1e-9);
        assertFalse(compared.mayBeChance());
        PairedBootstrap reversed = PairedBootstrap.of(loss(worse, BYTES), loss(nats, BYTES), 7);
        assertEquals(-1, reversed.difference(), 1e-9);
    }

    @Test
    void intervalIsThatOfTheCentralLimit() {
        // Differences with deviation 20 nats: of their mean over 400 segments 1, over 512 bytes each.
        double[] nats = noise(1, 0);
        double[] other = noise(2, 0);
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < SEGMENTS; i++) {
            double difference = (other[i] - nats[i]) / Math.log(2) / BYTES;
            mean += difference / SEGMENTS;
            squares += difference * difference / SEGMENTS;
        }
        double error = Math.sqrt((squares - mean * mean) / SEGMENTS);
        PairedBootstrap compared = PairedBootstrap.of(loss(nats, BYTES), loss(other, BYTES), 7);
        assertEquals(mean, compared.difference(), 1e-12);
        assertEquals(mean - 1.96 * error, compared.low(), 0.3 * error);
        assertEquals(mean + 1.96 * error, compared.high(), 0.3 * error);
    }

    @Test
    void intervalHoldsTheTruthNineteenTimesOfTwenty() {
        int missed = 0;
        for (int i = 0; i < 200; i++) {
            // Both have the same expectation.
            missed += PairedBootstrap.of(loss(noise(2L * i, 0), BYTES), loss(noise(2L * i + 1, 0), BYTES), i)
                            .mayBeChance()
                    ? 0
                    : 1;
        }
        assertTrue(missed >= 2 && missed <= 22, missed + " of 200 intervals missed 0");
    }

    @Test
    void sameSeedGivesTheSameInterval() {
        TextLoss first = loss(noise(1, 0), BYTES);
        TextLoss second = loss(noise(2, 3), BYTES);
        assertEquals(PairedBootstrap.of(first, second, 7), PairedBootstrap.of(first, second, 7));
        assertFalse(PairedBootstrap.of(first, second, 7).equals(PairedBootstrap.of(first, second, 8)));
    }

    @Test
    void differentTextsAreNotCompared() {
        TextLoss first = loss(noise(1, 0), BYTES);
        TextLoss second = loss(noise(1, 0), BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> PairedBootstrap.of(first, second, 7));
    }

    private static double[] noise(long seed, double more) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] nats = new double[SEGMENTS];
        Arrays.setAll(nats, i -> 700 + more + 14 * random.nextGaussian());
        return nats;
    }

    private static TextLoss loss(double[] nats, long bytesEach) {
        long bytes = nats.length * bytesEach;
        TextUnits.Size size = new TextUnits.Size(bytes, bytes, bytes, 1);
        long[] bytesOf = new long[nats.length];
        Arrays.fill(bytesOf, bytesEach);
        return new TextLoss(
                size,
                Arrays.stream(nats).sum(),
                0,
                0,
                new Calibration(List.of()),
                new double[0],
                new Segments(nats.length, 1, bytes),
                nats,
                bytesOf);
    }
}
