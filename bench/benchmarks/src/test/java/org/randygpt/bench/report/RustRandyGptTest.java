package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RustRandyGptTest {

    @Test
    void stepsAreReadFromLinesOfProgress() {
        assertEquals(Optional.of(50L), RustRandyGpt.step("Iter   50 | Loss: 2.1234 | LR: 0.000100"));
        assertEquals(Optional.empty(), RustRandyGpt.step("Iterations: 1000"));
    }

    @Test
    void twoLinesGiveATime() throws IOException {
        String output = "Loading\nIter    0 | Loss: 4.2\nIter  100 | Loss: 3.1\n";
        assertEquals(1, RustRandyGpt.times(reader(output)).nanos().size());
    }

    @Test
    void oneLineIsAnErrorThatSaysSo() {
        var wrong = assertThrows(IOException.class, () -> RustRandyGpt.times(reader("Iter 0 | Loss: 4.2\n")));
        assertTrue(wrong.toString().contains("no two lines"), wrong.toString());
    }

    private static BufferedReader reader(String output) {
        return new BufferedReader(new StringReader(output));
    }
}
