package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> KNOWN = List.of("-h", "--help", "--resume", "--lr", "--iters", "--temperature");

    @ParameterizedTest
    @CsvSource({"--itres, --iters", "--iter, --iters", "--lrr, --lr", "--temprature, --temperature", "--hlep, --help"})
    void aNameThatIsNearIsFound(String mistyped, String meant) {
        assertEquals(meant, NearestName.of(mistyped, KNOWN));
    }

    @ParameterizedTest
    @CsvSource({"--gpu", "-x", "--rl2", "--presume-all", "--epochs", "--", "''"})
    void aNameThatIsFarFromAllIsNone(String mistyped) {
        assertNull(NearestName.of(mistyped, KNOWN));
    }
}
