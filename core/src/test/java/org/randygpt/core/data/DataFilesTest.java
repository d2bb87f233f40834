package org.randygpt.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        for (String name : List.of(
                "a.txt",
                "b.txt",
                "c.jsonl",
                "[x].txt",
                ".hidden.txt",
                "books/b.txt",
                "books/a.txt",
                "books/deep/er/c.txt",
                "books/.git/config",
                "books/.draft.txt",
                "books/deep/d.md")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
        Files.createDirectories(folder.resolve("empty/.git"));
        Files.createSymbolicLink(folder.resolve("books/deep/circle"), folder.resolve("books"));
    }

    @ParameterizedTest
    @CsvSource({
        "a.txt, a.txt",
        "[x].txt, [x].txt",
        ".hidden.txt, .hidden.txt",
        "books/a.txt, books/a.txt",
        "*.txt, [x].txt a.txt b.txt",
        "?.txt, a.txt b.txt",
        "[ab].txt, a.txt b.txt",
        "[!a].txt, b.txt",
        "'{a,b}.txt', a.txt b.txt",
        "'*.{jsonl,txt}', [x].txt a.txt b.txt c.jsonl",
        ".*.txt, .hidden.txt",
        "books/*.txt, books/a.txt books/b.txt",
        "*/b.txt, books/b.txt",
        "**/b.txt, b.txt books/b.txt",
        "books/**/*.txt, books/a.txt books/b.txt books/deep/er/c.txt",
        "books/**, books/a.txt books/b.txt books/deep/d.md books/deep/er/c.txt",
        "books, books/a.txt books/b.txt books/deep/d.md books/deep/er/c.txt",
        "books/deep/er/, books/deep/er/c.txt",
        "books/**/e*/c.txt, books/deep/er/c.txt",
        "'{books/d*p/*.md,a.txt}', a.txt books/deep/d.md",
        "books/.git, books/.git/config"
    })
    void aPatternNamesFilesInTheOrderOfTheirNames(String pattern, String names) throws IOException {
        List<DataFile> files = DataFiles.find(pattern, folder);

        assertEquals(
                List.of(names.split(" ")), files.stream().map(DataFile::name).toList());
        for (DataFile file : files) {
            try (InputStream in = file.content().open()) {
                assertEquals(file.name(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void anAbsolutePatternStaysAbsolute() throws IOException {
        assertEquals(
                List.of(folder + "/books/a.txt", folder + "/books/b.txt"),
                DataFiles.find(folder + "/books/*.txt", Path.of("elsewhere")).stream()
                        .map(DataFile::name)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "d.txt ! d.txt: there is no such file or folder",
                "empty ! empty: there are no files in this folder",
                "*.md ! *.md: no file fits this pattern",
                "book* ! book*: no file fits this pattern, only folders do; /** behind it means all files in them",
                "notes/*.txt ! notes/*.txt: there is no folder notes/",
                "a.txt/* ! a.txt/*: there is no folder a.txt/",
                "[a.txt ! [a.txt: this is neither a file nor a pattern: Missing ']",
                "'' ! a file without a name; give the name of a file or folder, or a pattern"
            })
    void whatNamesNothingIsNamed(String pattern, String message) {
        assertEquals(
                message,
                assertThrows(IOException.class, () -> DataFiles.find(pattern, folder))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "a.txt, TEXT",
        "a, TEXT",
        "a.gz, TEXT",
        "a.txt.gz, TEXT",
        "a.jsonl, JSON_LINES",
        "A.JSONL, JSON_LINES",
        "a.jsonl.gz, JSON_LINES",
        "a.ndjson, JSON_LINES",
        "train.bin, TOKENS",
        "train.bin.gz, TOKENS",
        "a.json, TEXT"
    })
    void aNameTellsTheFormat(String name, DataFile.Format format) {
        assertEquals(format, DataFile.of(folder.resolve(name), "shown").format());
    }

    @Test
    void aLinkToNothingFailsWhenItIsRead() throws IOException {
        Files.createSymbolicLink(folder.resolve("books/gone.txt"), folder.resolve("gone"));
        DataFile[] files = DataFiles.find("books/g*", folder).toArray(DataFile[]::new);

        assertEquals(
                "books/gone.txt: there is no such file",
                assertThrows(IOException.class, () -> TestFiles.read(TextSettings.USUAL, files))
                        .getMessage());
    }

    @Test
    void whatCannotBeLookedAtIsNotSaidToBeMissing() {
        String name = "n".repeat(5000);
        String message = String.valueOf(assertThrows(IOException.class, () -> DataFiles.find(name, folder))
                .getMessage());
        assertEquals(name + ": cannot be read: File name too long", message);
    }

    @Test
    void aFolderThatMayNotBeReadIsNamed() throws IOException {
        Path closed = Files.createDirectories(folder.resolve("open/closed"));
        assertTrue(closed.toFile().setReadable(false));
        Assumptions.assumeFalse(Files.isReadable(closed), "this user may read everything");
        assertEquals(
                "open: closed in it: reading it is not allowed",
                assertThrows(IOException.class, () -> DataFiles.find("open", folder))
                        .getMessage());
        assertEquals(
                "open/closed: reading it is not allowed",
                assertThrows(IOException.class, () -> DataFiles.find("open/closed", folder))
                        .getMessage());
    }
}
