package org.randygpt.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.randygpt.train.RunFolder;

/**
 * A run's folder until it is let go of: by closing, or when a signal ends the process, as Ctrl-C does while nobody
 * listens for it. A folder that nothing has been saved to is deleted then, and so are those that were made for it.
 */
final class HeldFolder implements Closeable {
    private final RunFolder folder;
    private final Thread atTheEnd = new Thread(this::letGoAtTheEnd, "folder of the run");
    private boolean held = true;

    HeldFolder(RunFolder folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atTheEnd);
    }

    @Override
    public void close() throws IOException {
        letGo();
        try {
            var _ = Runtime.getRuntime().removeShutdownHook(atTheEnd);
        } catch (IllegalStateException ending) {
            // The process is ending, and the thread will find nothing to do.
        }
    }

    private void letGoAtTheEnd() {
        try {
            letGo();
        } catch (IOException stays) {
            // Nobody is left to be told; the next run finds the lock free.
        }
    }

    private synchronized void letGo() throws IOException {
        if (!held) {
            return;
        }
        held = false;
        try {
            folder.close();
        } finally {
            deleteWhatIsEmpty();
        }
    }

    private void deleteWhatIsEmpty() {
        try {
            if (!RunFolder.holdsRun(folder.path())) {
                // Of a run that has saved nothing nobody needs the settings.
                Files.deleteIfExists(folder.path().resolve(SettingsFile.NAME));
            }
            // Of a link only the link would go.
            if (!Files.isSymbolicLink(folder.path())) {
                Files.deleteIfExists(folder.path());
            }
            for (Path made : folder.made()) {
                Files.deleteIfExists(made);
            }
        } catch (IOException full) {
            // There is something in it.
        }
    }
}
