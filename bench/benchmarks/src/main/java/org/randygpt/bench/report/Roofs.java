package org.randygpt.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.randygpt.kernels.MultiplyAddPeak;
import org.randygpt.kernels.Workers;

/** What the machine does at most. */
final class Roofs implements Subject {

    @Override
    public String title() {
        return "What the machine does at most";
    }

    @Override
    public Section measure(Setting setting) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Workers team : setting.teams()) {
            rows.add(Row.of(
                    "peak of multiply-adds, " + Setting.describe(team),
                    MultiplyAddPeak.measure(team) / 1e9,
                    "GFLOP/s"));
        }
        Bandwidth memory = new Bandwidth();
        for (Workers team : setting.teams()) {
            Rounds rounds = Rounds.of(setting.extent(), () -> memory.read(team), () -> memory.copy(team));
            rows.add(Row.of(
                    "reading memory, " + Setting.describe(team), memory.bytes() / rounds.seconds(0) / 1e9, "GB/s"));
            rows.add(Row.of(
                    "copying memory, " + Setting.describe(team), 2 * memory.bytes() / rounds.seconds(1) / 1e9, "GB/s"));
        }
        return Section.of(
                title(),
                "Multiply-adds: independent chains in registers, best of 12 rounds. Memory: blocks of %d MB; reading"
                                .formatted(memory.bytes() >> 20)
                        + " adds squares of whole numbers; copying is System.arraycopy and counts each byte twice, once read and"
                        + " once written, not the read that precedes a write in the cache.",
                rows);
    }
}
