package org.randygpt.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What commands get from outside.
 *
 * @param out standard output
 * @param err standard error
 * @param in standard input
 * @param screen whether someone watches, and how much they see
 * @param folder what relative paths are relative to
 * @param cacheFolder where things are kept that can be made or fetched again
 * @param tinyShakespeare the text that is fetched
 * @param gpt2Ranks the vocabulary that is fetched
 * @param stops who may ask a run to stop
 */
record Environment(
        Output out,
        PrintStream err,
        InputStream in,
        Screen screen,
        Path folder,
        Path cacheFolder,
        CachedDownload tinyShakespeare,
        CachedDownload gpt2Ranks,
        StopRequest.Source stops) {

    /** The same, but what is shown goes to standard error and leaves standard output to a result. */
    Environment onStandardError() {
        return new Environment(
                new Output(err), err, in, Screen.none(), folder, cacheFolder, tinyShakespeare, gpt2Ranks, stops);
    }

    /** Of the process that this is. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 is back at null where there is no terminal
    static Environment ofThisProcess() {
        Console console = System.console();
        Screen screen = console != null && console.isTerminal() ? Screen.ofTerminal(console.charset()) : Screen.none();
        return new Environment(
                // Not System.out, which hides that nobody reads.
                new Output(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.in,
                screen,
                Path.of(""),
                CachedDownload.cacheFolder(),
                CachedDownload.tinyShakespeare(),
                CachedDownload.gpt2Ranks(),
                StopSignals::new);
    }
}
