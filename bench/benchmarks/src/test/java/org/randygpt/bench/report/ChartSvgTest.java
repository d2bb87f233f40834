package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ChartSvgTest {

    @Test
    void onLogarithmicAxesOnesTwosAndFivesHaveLabels() {
        assertEquals("1", ChartSvg.labelOfDecade(1));
        assertEquals("0.02", ChartSvg.labelOfDecade(2 * Math.pow(10, -2)));
        assertEquals("0.5", ChartSvg.labelOfDecade(5 * Math.pow(10, -1)));
        assertEquals("20,000", ChartSvg.labelOfDecade(2 * Math.pow(10, 4)));
        assertEquals("100", ChartSvg.labelOfDecade(100));
        assertEquals("", ChartSvg.labelOfDecade(0.3));
        assertEquals("", ChartSvg.labelOfDecade(8000));
    }
}
