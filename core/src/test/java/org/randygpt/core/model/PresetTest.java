package org.randygpt.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.randygpt.core.model.GptConfig.Head;

class PresetTest {
    private static final float EPSILON = 1e-5f;

    /** The counts of the files that OpenAI published. */
    @ParameterizedTest
    @CsvSource({"GPT2,124439808", "GPT2_MEDIUM,354823168", "GPT2_LARGE,774030080", "GPT2_XL,1557611200"})
    void gpt2HasAsManyParametersAsItsFiles(Preset preset, int parameters) {
        GptConfig config = preset.config(Architecture.GPT2, 50257, Head.TIED, EPSILON);
        assertEquals(parameters, Gpt.training(config, 1, 1).parameterCount());
    }

    @ParameterizedTest
    @EnumSource
    void everyPresetIsAModelOfEveryArchitectureThatCanTurnItsHeads(Preset preset) {
        for (Architecture architecture : Architecture.values()) {
            if (architecture.isRotary() && preset == Preset.XS) {
                assertThrows(IllegalArgumentException.class, () -> model(preset, architecture));
                continue;
            }
            GptConfig config = model(preset, architecture);
            assertEquals(preset.width(), config.heads() * config.headSize());
            assertEquals(preset.context(), config.context());
            assertEquals(preset.layers(), config.layers());
        }
    }

    private static GptConfig model(Preset preset, Architecture architecture) {
        return preset.config(architecture, 67, Head.UNTIED, EPSILON);
    }

    @Test
    void namesAreWrittenInSmallLetters() {
        assertEquals("shakespeare-char-cpu", Preset.SHAKESPEARE_CHAR_CPU.label());
    }
}
