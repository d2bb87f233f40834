package org.randygpt.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** nanoGPT's names of settings, which are taken for this program's. */
final class NanoGptNames {
    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("--max_iters", "--iters"),
            Map.entry("--batch_size", "--batch"),
            Map.entry("--block_size", "--context"),
            Map.entry("--n_layer", "--layers"),
            Map.entry("--n_head", "--heads"),
            Map.entry("--n_embd", "--width"),
            Map.entry("--learning_rate", "--lr"),
            Map.entry("--min_lr", "--min-lr"),
            Map.entry("--warmup_iters", "--warmup"),
            Map.entry("--weight_decay", "--weight-decay"),
            Map.entry("--grad_clip", "--clip"),
            Map.entry("--eval_interval", "--eval-every"),
            Map.entry("--out_dir", "--out"),
            Map.entry("--max_new_tokens", "--tokens"),
            Map.entry("--top_k", "--top-k"));

    private NanoGptNames() {}

    /** This program's name of an option, which is the same where nanoGPT has none. */
    static String ours(String name) {
        return OURS.getOrDefault(name, name);
    }

    /** All of its names that are taken for options of a command, in order. */
    static List<String> of(CommandSpec command) {
        return OURS.entrySet().stream()
                .filter(name -> command.optionsMap().containsKey(name.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Arguments in this program's names, whether values stand behind an equals sign or not. */
    static String[] translate(String... arguments) {
        String[] translated = arguments.clone();
        for (int i = 0; i < translated.length; i++) {
            int equals = translated[i].indexOf('=');
            String name = equals < 0 ? translated[i] : translated[i].substring(0, equals);
            translated[i] = ours(name) + (equals < 0 ? "" : translated[i].substring(equals));
        }
        return translated;
    }
}
