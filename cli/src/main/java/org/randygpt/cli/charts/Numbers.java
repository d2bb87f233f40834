package org.randygpt.cli.charts;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers at the marks of an axis. */
final class Numbers {
    private static final double SMALL = 1e-3;
    private static final int DIGITS = 6;
    private static final int MOST_DECIMALS = 4;

    private Numbers() {}

    /** A number on an axis so long, with as many decimals as its neighbours. */
    static String label(double number, double length) {
        int decimals = 1 - (int) Math.floor(Math.log10(length));
        boolean usual = 1 <= decimals && decimals <= MOST_DECIMALS;
        return usual ? String.format(Locale.ROOT, "%." + decimals + "f", number) : label(number);
    }

    /** 20,000, 0.25 or 2e-4. */
    static String label(double number) {
        if (number == 0 || Math.abs(number) < Double.MIN_NORMAL) {
            return "0";
        }
        BigDecimal rounded =
                new BigDecimal(number).round(new MathContext(DIGITS)).stripTrailingZeros();
        if (Math.abs(number) < SMALL) {
            int exponent = rounded.precision() - rounded.scale() - 1;
            return rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
        }
        return String.format(Locale.ROOT, "%,." + Math.max(0, rounded.scale()) + "f", rounded);
    }
}
