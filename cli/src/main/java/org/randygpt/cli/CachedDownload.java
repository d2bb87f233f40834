package org.randygpt.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.randygpt.core.checkpoint.AtomicFiles;
import org.randygpt.core.checkpoint.Sha256;

/**
 * A public file that is fetched once and kept.
 *
 * @param source where it is
 * @param sha256 of the only content that is accepted
 * @param cached where it is kept
 * @param instead what its reader may do without it
 * @param fetch how it is fetched
 */
record CachedDownload(URI source, String sha256, Path cached, String instead, Fetch fetch) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int OK = 200;

    /** Gets the bytes at an address. */
    interface Fetch {
        byte[] get(URI source) throws IOException;
    }

    /** Andrej Karpathy's file of a million characters of Shakespeare, in the user's cache folder. */
    static CachedDownload tinyShakespeare() {
        return ofText(
                URI.create("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
                "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
                cacheFolder().resolve("tinyshakespeare.txt"),
                CachedDownload::overHttp);
    }

    /** GPT-2's vocabulary as tiktoken has it, in the user's cache folder. */
    static CachedDownload gpt2Ranks() {
        return ofRanks(
                URI.create("https://openaipublic.blob.core.windows.net/encodings/r50k_base.tiktoken"),
                "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
                cacheFolder().resolve("r50k_base.tiktoken"),
                CachedDownload::overHttp);
    }

    /** A text to train on. */
    static CachedDownload ofText(URI source, String sha256, Path cached, Fetch fetch) {
        return new CachedDownload(
                source,
                sha256,
                cached,
                "use --data %s, which comes with the program, or a text file of your own".formatted(Texts.BUNDLED),
                fetch);
    }

    /** A file of a tokenizer's ranks. */
    static CachedDownload ofRanks(URI source, String sha256, Path cached, Fetch fetch) {
        return new CachedDownload(
                source,
                sha256,
                cached,
                "put that file at %s, or give a folder with tokenizer.json".formatted(cached),
                fetch);
    }

    /**
     * Where the content is, fetched if it has not been before.
     *
     * @throws IOException as {@link #bytes()}
     */
    Path file() throws IOException {
        var _ = bytes();
        return cached;
    }

    /**
     * The content, fetched if it has not been before.
     *
     * @throws IOException when it can neither be read nor fetched, or is not what it should be
     */
    byte[] bytes() throws IOException {
        if (Files.isRegularFile(cached)) {
            byte[] kept = Files.readAllBytes(cached);
            if (Sha256.of(kept).equals(sha256)) {
                return kept;
            }
        }
        byte[] fetched;
        try {
            fetched = fetch.get(source);
        } catch (IOException problem) {
            throw new IOException(
                    "cannot fetch %s: %s; %s".formatted(source, Failures.sentence(problem), instead), problem);
        }
        String found = Sha256.of(fetched);
        if (!found.equals(sha256)) {
            throw new IOException("what came from %s has the SHA-256 %s instead of %s and is not used; %s"
                    .formatted(source, found, sha256, instead));
        }
        keep(fetched);
        return fetched;
    }

    private void keep(byte[] content) throws IOException {
        try {
            Files.createDirectories(cached.toAbsolutePath().getParent());
            AtomicFiles.write(cached, file -> file.write(ByteBuffer.wrap(content)));
        } catch (IOException problem) {
            throw new IOException(
                    "cannot keep what came from %s in %s: %s; %s"
                            .formatted(source, cached, Failures.sentence(problem), instead),
                    problem);
        }
    }

    private static byte[] overHttp(URI source) throws IOException {
        try (HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT)
                .build()) {
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(source).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != OK) {
                throw new IOException("the server answered with status %d".formatted(response.statusCode()));
            }
            return response.body();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** The user's, for this program. */
    static Path cacheFolder() {
        String configured = System.getenv("XDG_CACHE_HOME");
        // The specification has relative paths ignored.
        Path caches = configured != null && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home", "."), ".cache");
        return caches.resolve("randygpt");
    }
}
