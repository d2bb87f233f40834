package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportOptionsTest {

    @Test
    void withoutArgumentsTheReportIsQuick() {
        assertTrue(ReportOptions.match(List.of()));
        assertEquals(new ReportOptions(Extent.QUICK, "python3", "", ""), ReportOptions.parse(List.of()));
    }

    @Test
    void pathsAndExtentComeInAnyOrder(@TempDir Path folder) {
        String there = folder.toString();
        List<String> words = List.of("--llm-c", there, "full", "--python", "p", "--randygpt", there);
        assertTrue(ReportOptions.match(words));
        assertEquals(new ReportOptions(Extent.FULL, "p", there, there), ReportOptions.parse(words));
    }

    @Test
    void whatIsNotThereIsSaidBeforeAnythingIsMeasured(@TempDir Path folder) {
        String absent = folder.resolve("absent").toString();
        for (String option : List.of("--llm-c", "--python", "--randygpt")) {
            assertMessage("%s %s: there is no such file".formatted(option, absent), option, absent);
        }
    }

    @Test
    void everythingElseIsForJmh() {
        assertFalse(ReportOptions.match(List.of("Matmul", "-p", "shape=1024x1024x1024")));
        assertFalse(ReportOptions.match(List.of("-h")));
    }

    @Test
    void aWrongArgumentIsNamed() {
        assertMessage("'fast' is unknown", "full", "fast");
        assertMessage("--python needs a path", "--python");
    }

    private static void assertMessage(String part, String... words) {
        var wrong = assertThrows(IllegalArgumentException.class, () -> ReportOptions.parse(List.of(words)));
        assertTrue(wrong.toString().contains(part), wrong.toString());
    }
}
