package org.randygpt.cli;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.model.Preset;

/**
 * What {@code --preset} sets.
 *
 * @param shape of the model, and its batch
 * @param options by name
 */
record Presets(Preset shape, SequencedMap<String, String> options) {

    /** Those that there are, for shells to complete. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Preset.values()).map(Preset::label).iterator();
        }
    }

    /**
     * The preset of a name.
     *
     * @throws BadInputException naming those that there are
     */
    static Presets named(String name) {
        for (Preset preset : Preset.values()) {
            if (preset.label().equals(name)) {
                return of(preset);
            }
        }
        List<String> names = Arrays.stream(Preset.values()).map(Preset::label).toList();
        @Nullable String nearest = NearestName.of(name, names);
        throw new BadInputException("there is no preset %s; %s"
                .formatted(
                        name,
                        nearest == null
                                ? "there are " + String.join(", ", names)
                                : "did you mean %s?".formatted(nearest)));
    }

    static Presets of(Preset preset) {
        SequencedMap<String, String> options = new LinkedHashMap<>();
        options.put("--layers", Integer.toString(preset.layers()));
        options.put("--width", Integer.toString(preset.width()));
        options.put("--heads", Integer.toString(preset.heads()));
        options.put("--context", Integer.toString(preset.context()));
        options.put("--batch", Integer.toString(preset.batch()));
        switch (preset) {
            // The modern recipe's rotary positions need heads of an even size.
            case XS -> options.put("--arch", "randygpt");
            case SHAKESPEARE_CHAR -> {
                options.put("--dropout", "0.2");
                options.put("--iters", "5000");
            }
            case SHAKESPEARE_CHAR_CPU -> options.put("--iters", "2000");
            case GPT2, GPT2_MEDIUM, GPT2_LARGE, GPT2_XL -> options.put("--recipe", "gpt2");
            default -> {
                // Only its shape.
            }
        }
        return new Presets(preset, options);
    }
}
