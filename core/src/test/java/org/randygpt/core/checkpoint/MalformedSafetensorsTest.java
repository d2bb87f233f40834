package org.randygpt.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.randygpt.kernels.Matrix;

/** Each way in which a file can be wrong is an IOException that says where and what. */
class MalformedSafetensorsTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir
    Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("x.safetensors");
    }

    @Test
    void aFileThatIsNotThere() {
        assertRefused("no such file");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void aFileShorterThanTheLengthOfItsHeader(int size) throws IOException {
        Files.write(file, new byte[size]);

        assertRefused("byte " + size, "8 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "100, 100",
        "100000001, 100000001",
        "9223372036854775807, 9223372036854775807",
        "-1, 18446744073709551615",
        "-9223372036854775808, 9223372036854775808",
    })
    void aHeaderLongerThanTheFileIsNotBelieved(long length, String shown) throws IOException {
        SafetensorsFiles.write(file, length, "{}", new byte[0]);

        assertRefused("byte 0", shown + " bytes", "at most 2 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "null",
                "{",
                "{\"a\":1}",
                "{\"a\":[]}",
                "{} {}",
                "{}x",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
            })
    void aHeaderThatIsNotAnObjectOfObjects(String header) throws IOException {
        SafetensorsFiles.write(file, header, new byte[4]);

        assertRefused("byte ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'shape':[2],'data_offsets':[0,8]; dtype",
                "'dtype':1,'shape':[2],'data_offsets':[0,8]; dtype",
                "'dtype':'F32','data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':2,'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':['2'],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[2.0],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[-2],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[3],'data_offsets':[0,8]; shape",
                "'dtype':'F16','shape':[2],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[65536,65536,65536,65536],'data_offsets':[0,8]; shape",
                "'dtype':'F32','shape':[2]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[8]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[0,8,8]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[0,null]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[8,0]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[-8,0]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[4,12]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[0,99999999999999999999]; data_offsets",
                "'dtype':'F32','shape':[2],'data_offsets':[9223372036854775799,9223372036854775807]; data_offsets",
            })
    void aTensorsEntryThatCannotBe(String entry, String key) throws IOException {
        SafetensorsFiles.write(file, "{\"a\":{" + entry.replace('\'', '"') + "}}", new byte[8]);

        assertRefused("byte 8", "a." + key);
    }

    @Test
    void tensorsThatOverlap() throws IOException {
        String b = "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}";
        SafetensorsFiles.write(file, "{" + A + "," + b + "}", new byte[12]);

        assertRefused("byte", " b ");
    }

    @Test
    void bytesBetweenTensorsThatBelongToNone() throws IOException {
        String b = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}";
        SafetensorsFiles.write(file, "{" + A + "," + b + "}", new byte[16]);

        assertRefused("byte", " b ");
    }

    @Test
    void bytesBeforeTheFirstTensor() throws IOException {
        SafetensorsFiles.write(file, SafetensorsFiles.entry("a", "F32", "2", 4, 12), new byte[12]);

        assertRefused("byte", " a ");
    }

    @Test
    void bytesAfterTheLastTensor() throws IOException {
        SafetensorsFiles.write(file, "{" + A + "}", new byte[9]);

        assertRefused("byte", "goes on");
    }

    @Test
    void aFileThatWasCutAnywhere() throws IOException {
        SafetensorsFiles.write(file, "{" + A + "}", new byte[8]);
        byte[] whole = Files.readAllBytes(file);
        for (int size = 0; size < whole.length; size++) {
            Files.write(file, Arrays.copyOf(whole, size));

            assertRefused("byte");
        }
    }

    @Test
    void aFileThatIsCutAfterItWasOpened() throws IOException {
        SafetensorsFiles.write(file, "{" + A + "}", new byte[8]);
        byte[] whole = Files.readAllBytes(file);
        try (Safetensors open = Safetensors.open(file)) {
            Files.write(file, Arrays.copyOf(whole, whole.length - 3));
            StoredTensor tensor = open.tensors().firstEntry().getValue();

            IOException refused = assertThrows(IOException.class, () -> open.read(tensor, Matrix.zeros(1, 2)));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("byte " + (whole.length - 3)), message);
        }
    }

    @Test
    void aFileWithRandomBytesChangedIsReadOrRefusedButNothingElse() throws IOException {
        Random random = new Random(1);
        String b = "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[8,16]}";
        SafetensorsFiles.write(file, "{\"__metadata__\":{\"format\":\"pt\"}," + A + "," + b + "}", new byte[16]);
        byte[] whole = Files.readAllBytes(file);
        for (int round = 0; round < 3000; round++) {
            byte[] changed = whole.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, changed);
            try (Safetensors open = Safetensors.open(file)) {
                for (StoredTensor tensor : open.tensors().values()) {
                    open.read(tensor, Matrix.zeros(1, elements(tensor)));
                }
            } catch (IOException refused) {
                assertEquals(IOException.class, refused.getClass());
            }
        }
    }

    private static int elements(StoredTensor tensor) {
        return Math.toIntExact(tensor.shape().stream().reduce(1L, Math::multiplyExact));
    }

    private void assertRefused(String... parts) {
        IOException refused =
                assertThrows(IOException.class, () -> Safetensors.open(file).close());
        String message = String.valueOf(refused.getMessage());

        assertEquals(IOException.class, refused.getClass());
        assertTrue(message.startsWith(file.toString()), message);
        for (String part : List.of(parts)) {
            assertTrue(message.contains(part), message + " | " + part);
        }
    }
}
