package org.randygpt.kernels;

/** Random bits that are a function of numbers, so that they need no state. */
public final class SplitMix {
    private SplitMix() {}

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), after its increment. */
    public static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
