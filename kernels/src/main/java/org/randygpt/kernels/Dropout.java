package org.randygpt.kernels;

import static org.randygpt.kernels.Lanes.LENGTH;
import static org.randygpt.kernels.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dropout whose mask is a hash of a key and each element's index, made of whole-number operations only: the same on
 * vectors of any width, and again in backward, without being stored.
 */
final class Dropout {
    private static final VectorSpecies<Integer> INTEGERS = SPECIES.withLanes(int.class);
    private static final int WEYL = 0x9e3779b9;
    // Wellons' hash of 32 bits with the least bias that he found with three multipliers ("triple32").
    private static final int FIRST_FACTOR = 0xed5ad4bb;
    private static final int SECOND_FACTOR = 0xac4c1b51;
    private static final int THIRD_FACTOR = 0x31848bab;
    private static final int FIRST_SHIFT = 17;
    private static final int SECOND_SHIFT = 11;
    private static final int THIRD_SHIFT = 15;
    private static final int FOURTH_SHIFT = 14;
    private static final int FRACTION_BITS = 24;

    private final Share share;

    Dropout(Share share) {
        this.share = share;
    }

    /** See {@link Kernels#dropout}. */
    void apply(float rate, long key, Matrix x, Matrix out, Store store) {
        int from = share.fromElement(out);
        int end = share.toElement(out);
        int scale = Float.floatToRawIntBits(scale(rate));
        int i = store == Store.ADD
                ? add(threshold(rate), scale, key, from, end, x, out)
                : write(threshold(rate), scale, key, from, end, x, out);
        for (; i < end; i++) {
            float factor = factor(rate, key, i);
            Lanes.put(x.data()[x.offset() + i] * factor, out.data(), out.offset() + i, store);
        }
    }

    /** What element i is multiplied with: 0, or 1 / (1 - rate). */
    static float factor(float rate, long key, int i) {
        int h = (i * WEYL + (int) key) ^ (int) (key >>> 32);
        h = (h ^ (h >>> FIRST_SHIFT)) * FIRST_FACTOR;
        h = (h ^ (h >>> SECOND_SHIFT)) * SECOND_FACTOR;
        h = (h ^ (h >>> THIRD_SHIFT)) * THIRD_FACTOR;
        h ^= h >>> FOURTH_SHIFT;
        return (h >>> (Integer.SIZE - FRACTION_BITS)) < threshold(rate) ? 0 : scale(rate);
    }

    /** The hash begins with i times a constant, plus the lower half of the key: there an offset of i can be added. */
    static long keyFrom(int first, long key) {
        int lower = first * WEYL + (int) key;
        return key >>> Integer.SIZE << Integer.SIZE | Integer.toUnsignedLong(lower);
    }

    private static int threshold(float rate) {
        return Math.round(rate * (1 << FRACTION_BITS));
    }

    private static float scale(float rate) {
        return 1 / (1 - rate);
    }

    /** Returns the first element that is left. */
    private static int write(int threshold, int scale, long key, int from, int end, Matrix x, Matrix out) {
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, x.data(), x.offset() + i)
                    .mul(factors(threshold, scale, key, i))
                    .intoArray(out.data(), out.offset() + i);
        }
        return i;
    }

    /** Returns the first element that is left. */
    private static int add(int threshold, int scale, long key, int from, int end, Matrix x, Matrix out) {
        int i = from;
        for (; i <= end - LENGTH; i += LENGTH) {
            FloatVector.fromArray(SPECIES, x.data(), x.offset() + i)
                    .mul(factors(threshold, scale, key, i))
                    .add(FloatVector.fromArray(SPECIES, out.data(), out.offset() + i))
                    .intoArray(out.data(), out.offset() + i);
        }
        return i;
    }

    private static FloatVector factors(int threshold, int scale, long key, int i) {
        IntVector h = IntVector.broadcast(INTEGERS, i)
                .addIndex(1)
                .mul(WEYL)
                .add((int) key)
                .lanewise(VectorOperators.XOR, (int) (key >>> 32));
        h = shifted(h, FIRST_SHIFT).mul(FIRST_FACTOR);
        h = shifted(h, SECOND_SHIFT).mul(SECOND_FACTOR);
        h = shifted(h, THIRD_SHIFT).mul(THIRD_FACTOR);
        h = shifted(h, FOURTH_SHIFT).lanewise(VectorOperators.LSHR, Integer.SIZE - FRACTION_BITS);
        // All bits where the element is kept, none where it is not.
        IntVector kept = h.sub(threshold).lanewise(VectorOperators.NOT).lanewise(VectorOperators.ASHR, 31);
        return kept.and(scale).reinterpretAsFloats();
    }

    private static IntVector shifted(IntVector h, int bits) {
        return h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, bits));
    }
}
