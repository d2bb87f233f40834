package org.randygpt.bench;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.randygpt.kernels.Matrix;

/** A benchmark that is ready to run in this JVM, set up as JMH would. */
final class Trial implements AutoCloseable {
    private final Object benchmark;
    private final Class<?> type;

    /** Makes a benchmark with these values of its parameters, and calls what is to be called before it runs. */
    Trial(Class<?> type, Map<String, String> parameters) throws ReflectiveOperationException {
        this.type = type;
        benchmark = type.getConstructor().newInstance();
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            Field field = type.getField(parameter.getKey());
            field.set(benchmark, value(field.getType(), parameter.getValue()));
        }
        fixtures(benchmark, Level.Trial);
        fixtures(benchmark, Level.Iteration);
    }

    /** Runs each measured method twice, since the second run meets what the first one left. */
    Map<String, float[]> results() throws ReflectiveOperationException {
        Map<String, float[]> results = new LinkedHashMap<>();
        for (Method method : annotated(type, Benchmark.class)) {
            for (int run = 1; run <= 2; run++) {
                fixtures(benchmark, Level.Invocation);
                results.put("result %d of %s".formatted(run, method.getName()), numbers(call(method)));
            }
        }
        return results;
    }

    /** The matrices that the benchmark holds by now: what setup and methods wrote, be it a result or not. */
    Map<String, float[]> matrices() throws IllegalAccessException {
        Map<String, float[]> matrices = new LinkedHashMap<>();
        for (Class<?> of = type; of != null; of = of.getSuperclass()) {
            for (Field field : of.getDeclaredFields()) {
                if (field.getType() == Matrix.class) {
                    field.setAccessible(true);
                    matrices.put(field.getName(), numbers(field.get(benchmark)));
                }
            }
        }
        return matrices;
    }

    @Override
    public void close() throws ReflectiveOperationException {
        for (Method method : annotated(type, TearDown.class)) {
            method.invoke(benchmark);
        }
    }

    private Object call(Method method) throws ReflectiveOperationException {
        List<Object> arguments = new ArrayList<>();
        for (Class<?> state : method.getParameterTypes()) {
            Object argument = state.getConstructor().newInstance();
            fixtures(argument, Level.Iteration);
            arguments.add(argument);
        }
        try {
            return method.invoke(benchmark, arguments.toArray());
        } catch (InvocationTargetException thrown) {
            throw new AssertionError("%s of %s failed".formatted(method.getName(), type), thrown.getCause());
        }
    }

    private static void fixtures(Object state, Level level) throws ReflectiveOperationException {
        for (Method method : annotated(state.getClass(), Setup.class)) {
            if (method.getAnnotation(Setup.class).value() == level) {
                method.invoke(state);
            }
        }
    }

    private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
        return Stream.of(type.getMethods())
                .filter(method -> method.isAnnotationPresent(annotation))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static Object value(Class<?> type, String word) {
        if (type == int.class) {
            return Integer.valueOf(word);
        }
        if (type == String.class) {
            return word;
        }
        return Stream.of(type.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equals(word))
                .findAny()
                .orElseThrow();
    }

    private static float[] numbers(Object result) {
        return switch (result) {
            case Matrix block -> Arrays.copyOfRange(block.data(), block.offset(), block.offset() + block.size());
            case float[] array -> array.clone();
            case Float number -> new float[] {number};
            default -> throw new AssertionError("results are matrices or floats, not " + result.getClass());
        };
    }
}
