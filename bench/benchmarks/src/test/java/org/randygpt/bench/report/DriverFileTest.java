package org.randygpt.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.kernels.Workers;

class DriverFileTest {

    @ParameterizedTest
    @ValueSource(strings = {"pytorch_driver.py", "llmc_driver.c"})
    void driversAreThereAndWriteStepNanos(String name, @TempDir Path folder) throws IOException {
        String driver = Files.readString(DriverFile.copy(name, folder));
        assertTrue(driver.contains("step_nanos"));
    }

    @Test
    void driversAreToldTheShapeOfTheModel() {
        try (Workers alone = new Workers(1)) {
            Setting setting = new Setting(Extent.QUICK, alone, alone, Path.of(""));
            List<String> words = DriverFile.arguments(Path.of("out").toAbsolutePath(), ModelSize.SMALL, setting);
            assertEquals(List.of("67", "64", "128", "4", "8", "32", "7"), words.subList(1, words.size()));
        }
    }
}
