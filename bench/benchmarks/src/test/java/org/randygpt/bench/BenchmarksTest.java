package org.randygpt.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.randygpt.core.text.PreTokenization;

/** What is measured also computes what it should. */
class BenchmarksTest {
    private static final String KERNELS = "kernels";

    /** Those without kernels, of which this class has laws of their own. */
    private static final Set<Class<?>> WITHOUT_KERNELS = Set.of(TokenizerBenchmark.class, BytePairBenchmark.class);

    /** For these plain loops take seconds, or memory that tests do not have; the other values run the same code. */
    private static final Set<String> LARGE = Set.of(
            "batch=32",
            "model=GPT2_124M",
            "size=1024",
            "shape=2048x384x128",
            "shape=2048x128x384",
            "shape=2048x128x512",
            "shape=2048x512x128",
            "shape=2048x128x128",
            "shape=2048x512",
            "shape=32x64x8x8x16",
            "shape=1x1024x12x4x64",
            "shape=1x1024x12x12x64",
            "shape=1048576x128",
            "shape=64x50257");

    /** A benchmark class, and values of its parameters but the kernels. */
    record Choice(Class<?> type, Map<String, String> values) {
        Map<String, String> with(String kernels) {
            Map<String, String> all = new TreeMap<>(values);
            all.put(KERNELS, kernels);
            return all;
        }

        @Override
        public String toString() {
            return type.getSimpleName() + " " + values;
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void vectorsGiveTheBitsOfPlainLoops(Choice choice) throws ReflectiveOperationException {
        try (Trial vector = new Trial(choice.type(), choice.with("vector"));
                Trial reference = new Trial(choice.type(), choice.with("reference"))) {
            assertSameBits(reference.matrices(), vector.matrices());
            assertSameBits(reference.results(), vector.results());
            assertSameBits(reference.matrices(), vector.matrices());
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void resultsAreFiniteAndNotAllZero(Choice choice) throws ReflectiveOperationException {
        try (Trial trial = new Trial(choice.type(), choice.with("vector"))) {
            trial.results().forEach((name, numbers) -> {
                assertTrue(IntStream.range(0, numbers.length).allMatch(i -> Float.isFinite(numbers[i])), name);
                assertTrue(IntStream.range(0, numbers.length).anyMatch(i -> numbers[i] != 0), name);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 65", "67, 65", "10000, 65", "10000, 3000"})
    void decodingGivesBackTheTextThatWasEncoded(int length, int letters) {
        TokenizerBenchmark benchmark = new TokenizerBenchmark();
        benchmark.length = length;
        benchmark.letters = letters;
        benchmark.write();
        String text = benchmark.decode();
        assertEquals(length, text.length());
        assertArrayEquals(benchmark.tokens(), benchmark.encode());
    }

    @ParameterizedTest
    @CsvSource({"10000, WORDS, GPT2", "10000, WORDS, CL100K", "10000, LETTER, GPT2"})
    void bytePairsGiveBackTheirTextOnAnyNumberOfThreads(
            int length, BytePairBenchmark.Kind kind, PreTokenization pieces) {
        BytePairBenchmark benchmark = new BytePairBenchmark();
        benchmark.length = length;
        benchmark.kind = kind;
        benchmark.pieces = pieces;
        benchmark.write();
        assertArrayEquals(benchmark.text(), benchmark.decode());
        assertArrayEquals(benchmark.encode(), benchmark.encodeOnAllCores());
        assertTrue(benchmark.encode().length < benchmark.text().length / 2);
        assertTrue(benchmark.learn().vocabSize() > 257);
    }

    @Test
    void everyBenchmarkRunsInATest() {
        for (BenchmarkListEntry entry : entries()) {
            Class<?> type = type(entry);
            assertTrue(
                    Twins.class.isAssignableFrom(type) || WITHOUT_KERNELS.contains(type),
                    () -> "no test runs %s; it should extend Twins, or have a law here".formatted(type));
        }
        assertEquals(
                Set.copyOf(concrete(Measured.class)),
                entries().stream().map(BenchmarksTest::type).collect(Collectors.toSet()));
    }

    @Test
    void everyBenchmarkMeasuresPlainLoopsBesideVectorsInSeveralProcessesWithTheVectorModule() {
        for (BenchmarkListEntry entry : entries()) {
            String name = entry.getUsername();
            assertTrue(entry.getForks().orElse(0) >= 3, name);
            assertEquals(
                    List.of("--add-modules=jdk.incubator.vector"),
                    List.copyOf(entry.getJvmArgsAppend().orElse(List.of())),
                    name);
            if (!WITHOUT_KERNELS.contains(type(entry))) {
                assertEquals(List.of("vector", "reference"), values(entry, KERNELS), name);
            }
        }
    }

    @Test
    void sgemmIsFoundByItsNameAndTakesASize() {
        List<BenchmarkListEntry> found = entries("Sgemm");
        assertFalse(found.isEmpty());
        found.forEach(entry -> assertTrue(values(entry, "size").contains("1024"), entry.getUsername()));
    }

    static List<Choice> twins() {
        Map<String, BenchmarkListEntry> oneOfEach = new TreeMap<>();
        entries().stream()
                .filter(entry -> Twins.class.isAssignableFrom(type(entry)))
                .forEach(entry -> oneOfEach.put(entry.getUserClassQName(), entry));
        return oneOfEach.values().stream().flatMap(BenchmarksTest::choices).toList();
    }

    /** Every combination of values that are not large. */
    private static Stream<Choice> choices(BenchmarkListEntry entry) {
        List<Map<String, String>> combinations = List.of(Map.of());
        for (String name : new TreeMap<>(entry.getParams().get()).keySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (String value : values(entry, name)) {
                if (!name.equals(KERNELS) && !LARGE.contains(name + "=" + value)) {
                    for (Map<String, String> combination : combinations) {
                        Map<String, String> more = new TreeMap<>(combination);
                        more.put(name, value);
                        longer.add(more);
                    }
                }
            }
            combinations = name.equals(KERNELS) ? combinations : longer;
        }
        assertFalse(combinations.isEmpty(), () -> "no choice of %s is small".formatted(entry.getUserClassQName()));
        return combinations.stream().map(values -> new Choice(type(entry), values));
    }

    private static List<String> values(BenchmarkListEntry entry, String parameter) {
        return Arrays.asList(entry.getParams().get().get(parameter));
    }

    private static void assertSameBits(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, numbers) -> assertArrayEquals(numbers, actual.get(name), name));
    }

    /** What JMH knows of, by the list that it wrote when the benchmarks were compiled. */
    private static List<BenchmarkListEntry> entries(String... patterns) {
        return List.copyOf(BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of(patterns),
                        List.of()));
    }

    private static Class<?> type(BenchmarkListEntry entry) {
        try {
            return Class.forName(entry.getUserClassQName());
        } catch (ClassNotFoundException gone) {
            throw new AssertionError("the benchmarks were compiled without %s".formatted(entry), gone);
        }
    }

    private static List<Class<?>> concrete(Class<?> sealed) {
        return sealed.isSealed()
                ? Stream.of(sealed.getPermittedSubclasses())
                        .flatMap(type -> concrete(type).stream())
                        .toList()
                : List.of(sealed);
    }
}
