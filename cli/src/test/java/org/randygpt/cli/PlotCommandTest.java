package org.randygpt.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jline.terminal.Size;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.cli.Session.Result;
import org.randygpt.cli.charts.BarChart;
import org.randygpt.cli.charts.LineChart;
import org.randygpt.cli.charts.Picture;
import org.randygpt.core.checkpoint.JsonObject;
import org.randygpt.train.Metric;
import org.randygpt.train.records.RunCurves;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class PlotCommandTest {
    @TempDir
    private Path folder;

    private Session session;

    @BeforeEach
    void train() throws IOException {
        session = new Session(folder);
        assertEquals(
                0,
                session.train("--iters=30", "--eval-every=10", "--out=runs/a").exitCode());
        assertEquals(
                0,
                session.train("--iters=20", "--eval-every=10", "--lr=0.001", "--out=runs/b&c")
                        .exitCode());
    }

    @Test
    void thePictureShowsLinesOfSeveralColours() throws IOException {
        Result drawn = session.run("plot", "runs/a");
        assertEquals(0, drawn.exitCode(), drawn.err());
        assertTrue(drawn.out().contains("runs/a/curves.png"), drawn.out());
        BufferedImage image = ImageIO.read(folder.resolve("runs/a/curves.png").toFile());
        assertNotNull(image);
        assertEquals(List.of(1200, 800), List.of(image.getWidth(), image.getHeight()));
        Set<Integer> colours = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                colours.add(image.getRGB(x, y) & 0xFFFFFF);
            }
        }
        assertTrue(colours.containsAll(Set.of(0xFFFFFF, 0x0072B2, 0xD55E00)), "training and validation");
    }

    @Test
    void pagesAndSvgAreWellFormedAndNeedNoNetwork() throws Exception {
        assertEquals(0, session.run("plot", "a", "b&c", "--out=both.svg").exitCode());
        String svg = Files.readString(folder.resolve("both.svg"));
        assertEquals("svg", parsed(svg).getDocumentElement().getTagName());
        assertEquals(0, session.run("plot", "a", "b&c", "--out=both.html").exitCode());
        String page = Files.readString(folder.resolve("both.html"));
        assertTrue(page.contains("<td>b&amp;c<td>20 of 20"), "the table of runs");
        Document inPage = parsed(page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + "</svg>".length()));
        assertEquals("svg", inPage.getDocumentElement().getTagName());
        String withoutNamespaces = page.replaceAll("xmlns(:\\w+)?=\"[^\"]*\"", "");
        assertFalse(withoutNamespaces.contains("://"), "an address in the page");
        assertFalse(withoutNamespaces.contains("<script"), "a script in the page");
    }

    private static Document parsed(String xml) throws IOException, SAXException, ParserConfigurationException {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 50, 80, 200})
    void theTerminalsLinesAreNoLongerThanItIsWide(int columns) {
        Result drawn = session.onTerminalOf(columns).run("plot", "a", "b&c", "--terminal");
        assertEquals(0, drawn.exitCode(), drawn.err());
        List<String> chart = drawn.out()
                .lines()
                .filter(line -> line.matches(".*[\\u2500-\\u28ff].*"))
                .toList();
        assertTrue(chart.size() > 18, drawn.out());
        chart.stream()
                .filter(line -> line.matches(".*[\\u2502\\u2524\\u2514].*"))
                .forEach(line -> assertTrue(line.length() <= columns, line));
        assertFalse(drawn.out().contains("\u001b"), "no codes of a terminal");
    }

    @Test
    void thePageShowsTheSmoothedLossThatTrainHasShown() throws IOException {
        Result trained = session.train("--iters=40", "--out=runs/told");
        List<MatchResult> told = Pattern.compile("step +40/40.*smoothed ([\\d.]+) ")
                .matcher(trained.out())
                .results()
                .toList();
        assertEquals(1, told.size(), trained.out());
        assertEquals(0, session.run("plot", "told", "--out=told.html").exitCode());
        String page = Files.readString(folder.resolve("told.html"));
        assertTrue(page.contains("<td>" + told.getFirst().group(1) + "<td>"), trained.out());
    }

    @Test
    void everyPeakIsOnTheAxisOrSaidToBeCut() throws IOException {
        for (boolean far : List.of(false, true)) {
            List<Metric.Step> steps = new ArrayList<>();
            for (int step = 1; step <= 100; step++) {
                float norm = step == 50 ? far ? 60 : 3 : 1;
                steps.add(new Metric.Step(step, 2, norm, 0.01f, 1_000_000));
            }
            RunCurves curves = RunCurves.read(folder.resolve("runs/a"));
            var run =
                    new RunCharts.Run("x", new RunCurves(curves.header(), 100, steps, curves.validations(), List.of()));
            LineChart chart = new RunCharts(List.of(run)).norm();
            assertEquals(far ? "step (the highest, 60.00, is cut off)" : "step", chart.x());
            assertEquals(
                    !far, chart.range().high() >= (far ? 60 : 3), chart.range().toString());
        }
    }

    @Test
    void runsOnSeveralTextsAreDrawnTogether() throws Exception {
        trainOnAnotherText();
        for (String name : List.of("two.png", "two.svg", "two.html")) {
            Result drawn = session.run("plot", "a", "b&c", "other", "--out=" + name);
            assertEquals(0, drawn.exitCode(), drawn.err());
        }
        BufferedImage image = ImageIO.read(folder.resolve("two.png").toFile());
        assertEquals(1200, image.getWidth());
        assertEquals(
                "svg",
                parsed(Files.readString(folder.resolve("two.svg")))
                        .getDocumentElement()
                        .getTagName());
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 200})
    void theTerminalSaysOfWhichTextsAFloorIs(int columns) throws IOException {
        trainOnAnotherText();
        Result drawn = session.onTerminalOf(columns).run("plot", "a", "b&c", "other", "--terminal");
        assertEquals(0, drawn.exitCode(), drawn.err());
        for (String run : List.of("a", "other")) {
            JsonObject floors = JsonObject.parse(
                            "out", session.run("plot", run, "--json").bytes(), 0)
                    .objects("runs")
                    .getFirst()
                    .object("floors");
            for (String table : List.of("uniform", "unigram", "bigram", "5-gram")) {
                String label = "%s %s %.2f".formatted(run.equals("a") ? "AB" : "C", table, floors.number(table));
                assertTrue(drawn.out().contains(label), label + " in " + drawn.out());
            }
        }
        drawn.out().lines().limit(22).forEach(line -> assertTrue(line.length() <= columns, line));
    }

    private void trainOnAnotherText() throws IOException {
        Files.writeString(folder.resolve("other.txt"), Session.text().replaceAll("[aeiou]", "a"));
        assertEquals(
                0,
                session.train("--data=other.txt", "--iters=20", "--out=runs/other")
                        .exitCode());
    }

    @Test
    void aTerminalWithoutUtf8GetsNothingButAscii() {
        Screen plain = new Screen("xterm", StandardCharsets.US_ASCII, () -> Size.of(80, 24));
        Result drawn = session.on(plain).run("plot", "a", "b&c", "--terminal");
        assertEquals(0, drawn.exitCode(), drawn.err());
        assertTrue(drawn.out().chars().allMatch(each -> each < 128), drawn.out());
        assertTrue(drawn.out().contains("|") && drawn.out().contains("**"), drawn.out());
        Result usual = session.onTerminalOf(80).run("plot", "a", "b&c", "--terminal");
        assertEquals(
                usual.out().lines().map(String::length).toList(),
                drawn.out().lines().map(String::length).toList());
    }

    @Test
    void jsonHasAllSeriesAndFloors() throws IOException {
        Result printed = session.run("plot", "a", "b&c", "--json");
        assertEquals(0, printed.exitCode(), printed.err());
        JsonObject json = JsonObject.parse("out", printed.out().getBytes(StandardCharsets.UTF_8), 0);
        List<JsonObject> runs = json.objects("runs");
        assertEquals(
                List.of("a", "b&c"),
                List.of(runs.getFirst().text("name"), runs.getLast().text("name")));
        for (String series : List.of("step", "loss", "smoothed_loss", "gradient_norm", "learning_rate")) {
            assertEquals(30, runs.getFirst().size(series), series);
            assertEquals(20, runs.getLast().size(series), series);
        }
        assertEquals(3, runs.getFirst().size("validation_loss"));
        assertTrue(runs.getFirst().object("floors").number("uniform") > 3);
        assertFalse(Files.exists(folder.resolve("runs/a/curves.png")));
    }

    @Test
    void aRunThatIsGoingOnCanBeDrawn() throws IOException {
        Path file = folder.resolve("runs/a/metrics.jsonl");
        List<String> lines = Files.readAllLines(file);
        for (int count : new int[] {1, 2, 5}) {
            Files.write(file, lines.subList(0, count));
            Files.writeString(file, "{\"step\":", StandardOpenOption.APPEND);
            assertEquals(0, session.run("plot", "a").exitCode(), "lines " + count);
            assertEquals(0, session.run("plot", "a", "--terminal").exitCode(), "lines " + count);
            assertEquals(0, session.run("plot", "a", "--out=x.html").exitCode(), "lines " + count);
        }
    }

    @Test
    void whatCannotBeDrawnIsNamed() throws IOException {
        assertRefused(session.run("plot", "runs/none"), "runs/none: there is no such folder, here or in runs");
        assertRefused(session.run("plot", "a", "--out=x.jpg"), "its name must end in .png, .svg or .html");
        assertRefused(session.run("plot", "a", "runs/a"), "runs/a is named twice");
        Files.createDirectory(folder.resolve("x.png"));
        assertRefused(session.run("plot", "a", "--out=x.png"), "--out x.png is a folder; name a file");
        assertRefused(session.run("plot", "a", "--out=none/x.svg"), "none; make it first");
        assertRefused(
                session.run("plot", "a", "--out=/proc/x.html"), "--out /proc/x.html cannot be written: /proc: no");
        Files.createDirectory(folder.resolve("runs/a/curves.png"));
        assertRefused(session.run("plot", "a"), "runs/a/curves.png is a folder; name a file");
        Files.createDirectory(folder.resolve("runs/empty"));
        assertRefused(session.run("plot", "empty"), "there is no metrics.jsonl in it");
    }

    private static void assertRefused(Result result, String reason) {
        assertEquals(2, result.exitCode(), result.err());
        assertTrue(result.err().contains(reason), result.err());
    }

    @Test
    void withoutAFontItSaysWhatToInstall() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dsun.awt.fontconfig=" + folder.resolve("none"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.randygpt.cli.Main",
                        "plot",
                        folder.resolve("runs/a").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), said);
        assertTrue(said.contains("apt-get install fontconfig"), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void barsAreDrawnToo() throws IOException {
        var bars = new BarChart(
                "Confidence",
                "probability",
                "tokens",
                List.of("0.1", "0.2", "0.3"),
                List.of(new BarChart.Group("a", List.of(1.0, 5.0, 2.0))));
        var picture = Picture.of(bars, 600, 400);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.png()));
        assertEquals(600, image.getWidth());
        int blue = 0;
        for (int y = 0; y < 400; y++) {
            blue += (image.getRGB(310, y) & 0xFFFFFF) == 0x0072B2 ? 1 : 0;
        }
        assertTrue(blue > 200, "height of the highest bar: " + blue);
        assertTrue(picture.svg().startsWith("<svg"));
    }
}
