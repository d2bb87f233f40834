package org.randygpt.train;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.randygpt.core.checkpoint.JsonObject;

/** Settings are records of numbers, names and smaller records; in files their keys are in snake_case. */
final class Settings {
    private Settings() {}

    static void require(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(values));
        }
    }

    static void requireRate(String what, float rate) {
        require(rate > 0 && rate <= 1, "%s is %s; it must lie in (0, 1]", what, rate);
    }

    /** What JSON can say of a record. It has no infinity, which is null there. */
    static SequencedMap<String, @Nullable Object> toJson(Record settings) {
        SequencedMap<String, @Nullable Object> json = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = get(settings, component);
            switch (value) {
                case Record inner -> json.put(key(component), toJson(inner));
                case Enum<?> choice -> json.put(key(component), name(choice));
                case Float number when !Float.isFinite(number) -> json.put(key(component), null);
                default -> json.put(key(component), value);
            }
        }
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IOException that names the file, the key and the value that cannot be
     */
    static <T extends Record> T read(JsonObject json, Class<T> type) throws IOException {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(json, components[i]);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException absurd) {
                throw absurd;
            }
            throw new IllegalStateException(refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Object value(JsonObject json, RecordComponent component) throws IOException {
        String key = key(component);
        Class<?> type = component.getType();
        if (type == int.class) {
            return json.integer(key);
        }
        if (type == long.class) {
            return json.longInteger(key);
        }
        if (type == float.class) {
            return isNull(json, key) ? Float.POSITIVE_INFINITY : (float) json.number(key);
        }
        if (type.isEnum()) {
            return choice(json, key, type.getEnumConstants());
        }
        return read(json.object(key), type.asSubclass(Record.class));
    }

    private static boolean isNull(JsonObject json, String key) {
        return json.keys().contains(key) && !json.has(key);
    }

    /** Reads the name of one of some choices. */
    static <T> T choice(JsonObject json, String key, T[] choices) throws IOException {
        String stored = json.text(key);
        for (T choice : choices) {
            if (name((Enum<?>) choice).equals(stored)) {
                return choice;
            }
        }
        throw json.wrong(
                key,
                Arrays.stream(choices).map(choice -> name((Enum<?>) choice)).collect(Collectors.joining(" or ")));
    }

    private static Object get(Record settings, RecordComponent component) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static String key(RecordComponent component) {
        return component.getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
