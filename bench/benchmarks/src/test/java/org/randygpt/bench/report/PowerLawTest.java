package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.randygpt.bench.report.Chart.Point;

class PowerLawTest {

    @Test
    void whatFollowsALawIsFittedByIt() {
        PowerLaw law = PowerLaw.fitted(List.of(new Point(2, 12), new Point(4, 48), new Point(10, 300)));
        assertEquals(2, law.exponent(), 1e-12);
        assertEquals(3, law.factor(), 1e-12);
        assertEquals(75, law.at(5), 1e-9);
    }

    @Test
    void whatDoesNotGrowHasExponentZero() {
        assertEquals(
                0, PowerLaw.fitted(List.of(new Point(1, 7), new Point(9, 7))).exponent(), 1e-12);
    }

    /** Errors of a factor up and the same factor down cancel: a fit of the numbers themselves would not do that. */
    @Test
    void errorsCountAsFactors() {
        double up = 1.5;
        PowerLaw law = PowerLaw.fitted(
                List.of(new Point(1, 1 * up), new Point(2, 2 / up), new Point(4, 4 / up), new Point(8, 8 * up)));
        assertEquals(1, law.exponent(), 1e-12);
        assertEquals(1, law.factor(), 1e-12);
    }
}
