package org.randygpt.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaHomeTest {
    @ParameterizedTest
    @CsvSource({
        "25, 25",
        "25.0.3, 25",
        "26-ea, 26",
        "1.8.0_402, 8",
        "17.0.15, 17",
        "'', 0",
        "unknown, 0",
        "99999999999, 0"
    })
    void theFeatureIsTheFirstNumberOfTheVersion(String version, int feature) {
        assertEquals(feature, JavaHome.featureOf(version));
    }
}
