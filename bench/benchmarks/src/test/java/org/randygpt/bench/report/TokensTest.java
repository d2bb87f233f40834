package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.bench.report.HuggingFace.Turn;
import org.randygpt.bench.report.HuggingFace.Turns;
import org.randygpt.kernels.Workers;

class TokensTest {
    private static final byte[] SOURCE = "to be, or not to be: that is the question\nwhether 'tis nobler in the mind\n"
            .repeat(3)
            .getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void withoutPythonOursIsMeasuredAndTheRestIsSaid() throws IOException, InterruptedException {
        Section section = measure("/no/such/python");
        List<String> names = section.summary().stream().map(Row::name).toList();
        assertEquals(
                List.of(
                        "encoding, 1 thread",
                        "encoding, 2 threads",
                        "learning 4,096 tokens, 2 threads",
                        "encoding a word of one letter, 30,000 times"),
                names);
        assertTrue(section.summary().stream().allMatch(row -> row.value() > 0), section::toString);
        assertTrue(
                section.notes().getFirst().startsWith("not measured: Hugging Face's tokenizers: pip"),
                section::toString);
    }

    @Test
    void whatOtherProgramsSayIsSetAgainstOurs() throws IOException, InterruptedException {
        Section section = measure(python(
                "test -s $1 && echo '{\"nanos\": 500000000, \"form\": \"lines, in a batch\", \"tokens\": 7}' > $2"));
        Row ours = section.summary().getFirst();
        Row encoding = row(section, "encoding, 1 thread, tokenizers 9.9");
        Row learning = row(section, "learning 4,096 tokens, 2 threads, tokenizers 9.9");

        assertEquals(0.03 / 0.5, encoding.value(), 1e-9);
        assertEquals(
                ours.value() / encoding.value(), encoding.ratios().getFirst().value(), 1e-9);
        assertEquals(0.5, learning.value());
        assertEquals(
                0.5 / row(section, "learning 4,096 tokens, 2 threads").value(),
                learning.ratios().getFirst().value(),
                1e-9);
        assertTrue(section.notes().getFirst().contains("lines, in a batch"), section::toString);
        assertTrue(section.notes().getLast().contains("makes 7 tokens of the text"), section::toString);
    }

    @Test
    void aFailureOfTheOtherCostsNothingOfOurs() throws IOException, InterruptedException {
        Section section = measure(python("echo out of memory; exit 3"));

        assertEquals(4, section.summary().size());
        assertEquals(1, section.notes().size(), section::toString);
        assertTrue(section.notes().getFirst().startsWith("tokenizers 9.9 failed: "), section::toString);
        assertTrue(section.notes().getFirst().contains("out of memory"), section::toString);
    }

    @Test
    void formsAreToldOnce() {
        List<Turns> turns = Stream.of("lines", "parts", "lines")
                .map(form -> new Turns(new Turn(1, form, 1), new Turn(1, "lines", 1)))
                .toList();
        assertEquals("lines or parts", Turns.forms(turns, Turns::encoding));
        assertEquals("lines", Turns.forms(turns, Turns::learning));
    }

    @Test
    void theDriverWritesWhatIsRead() throws IOException {
        String driver = Files.readString(DriverFile.copy("tokenizers_driver.py", folder));
        for (String key : List.of("nanos", "form", "tokens")) {
            assertTrue(driver.contains("\"%s\": ".formatted(key)), key);
        }
    }

    /** A command that has version 9.9 and does so otherwise, whatever it is asked. */
    private String python(String otherwise) throws IOException {
        Path python = Files.writeString(
                folder.resolve("python"), "#!/bin/sh\nif [ $1 = -c ]; then echo 9.9; exit; fi\n" + otherwise + "\n");
        assertTrue(python.toFile().setExecutable(true));
        return python.toString();
    }

    private Section measure(String python) throws IOException, InterruptedException {
        try (Workers alone = new Workers(1);
                Workers both = new Workers(2)) {
            return new Tokens(python, 30_000).measure(SOURCE, new Setting(Extent.QUICK, alone, both, folder));
        }
    }

    private static Row row(Section section, String name) {
        return section.summary().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
