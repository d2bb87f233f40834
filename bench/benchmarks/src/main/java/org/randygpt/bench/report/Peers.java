package org.randygpt.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.randygpt.bench.report.TrainingProcess.Task;
import org.randygpt.bench.report.TrainingProcess.Watch;

/** The training step against that of other programs on this machine. */
final class Peers implements Subject {
    private final ReportOptions options;

    Peers(ReportOptions options) {
        this.options = options;
    }

    /** Makes a peer ready. */
    private interface Search {
        Peer find() throws IOException, InterruptedException;
    }

    @Override
    public String title() {
        return "Other programs";
    }

    @Override
    public Section measure(Setting setting) throws IOException, InterruptedException {
        List<String> notes = new ArrayList<>();
        List<Peer> peers = find(setting, notes);
        List<Row> rows = new ArrayList<>();
        if (!peers.isEmpty()) {
            rows.addAll(compare(ModelSize.SMALL, peers, setting, notes));
        }
        List<Peer> anySize =
                peers.stream().filter(peer -> !(peer instanceof RustRandyGpt)).toList();
        if (setting.extent() == Extent.FULL && !anySize.isEmpty()) {
            rows.addAll(compare(ModelSize.GPT2_124M, anySize, setting, notes));
        }
        return Section.of(
                        title(),
                        "Whole training steps on random tokens, float32, a thread for each processor, ours and theirs in turn, each"
                                + " in a process of its own; medians as for our step. The ratio says how many times as fast ours"
                                + " is. PyTorch: scaled_dot_product_attention, clipping and fused AdamW; llm.c: AdamW, without"
                                + " clipping, its vocabulary not padded; the Rust program: as it was built, lines of progress"
                                + " timed.",
                        rows)
                .withNotes(notes);
    }

    private List<Peer> find(Setting setting, List<String> notes) throws InterruptedException {
        List<Peer> peers = new ArrayList<>();
        Path folder = setting.folder();
        String python = options.python();
        add(
                peers,
                () -> new PyTorch(python, PyTorch.version(python, folder), PyTorch.Mode.EAGER),
                notes,
                "PyTorch: apt-get install python3-torch, or pip install torch and pass --python PATH");
        if (setting.extent() == Extent.FULL && !peers.isEmpty()) {
            add(
                    peers,
                    () -> new PyTorch(python, PyTorch.version(python, folder), PyTorch.Mode.COMPILED),
                    notes,
                    "torch.compile");
        }
        String getLlmC = "llm.c: clone karpathy/llm.c and pass --llm-c PATH of the checkout; needs cc with OpenMP";
        if (options.llmC().isEmpty()) {
            notes.add("not measured: " + getLlmC);
        } else {
            add(peers, () -> LlmC.compile(Path.of(options.llmC()), folder), notes, getLlmC);
        }
        if (options.randygpt().isEmpty()) {
            notes.add(
                    "not measured: the Rust randyGPT: build it with the small GPT-2's shape and pass --randygpt PATH");
        } else {
            peers.add(new RustRandyGpt(Path.of(options.randygpt())));
        }
        return peers;
    }

    private static void add(List<Peer> peers, Search search, List<String> notes, String howToGet)
            throws InterruptedException {
        try {
            peers.add(search.find());
        } catch (IOException absent) {
            notes.add("not measured: %s (%s)".formatted(howToGet, absent.getMessage()));
        }
    }

    private static List<Row> compare(ModelSize model, List<Peer> peers, Setting setting, List<String> notes)
            throws IOException, InterruptedException {
        Task task = new Task(
                model, setting.all().count(), Watch.NOTHING, setting.extent().trainingTime(model));
        List<StepTimes> ours = new ArrayList<>();
        Map<Peer, List<StepTimes>> theirs = new LinkedHashMap<>();
        List<Peer> working = new ArrayList<>(peers);
        for (int process = 0; process < setting.extent().processes(); process++) {
            ours.add(TrainedProcess.run(task, setting.folder()).steps());
            for (Peer peer : List.copyOf(working)) {
                try {
                    theirs.computeIfAbsent(peer, _ -> new ArrayList<>()).add(peer.train(model, setting));
                } catch (IOException failure) {
                    working.remove(peer);
                    notes.add("%s failed at %s: %s".formatted(peer.name(), model.description(), failure.getMessage()));
                }
            }
        }
        double seconds = StepTimes.medianSeconds(ours.stream());
        List<Row> rows = new ArrayList<>();
        rows.add(Row.of("step of %s, ours".formatted(model.description()), 1e3 * seconds, "ms"));
        for (Peer peer : working) {
            double other = StepTimes.medianSeconds(theirs.getOrDefault(peer, List.of()).stream());
            rows.add(Row.of(
                    "step of %s, %s".formatted(model.description(), peer.name()),
                    1e3 * other,
                    "ms",
                    new Ratio(other / seconds, "our time")));
        }
        return rows;
    }
}
