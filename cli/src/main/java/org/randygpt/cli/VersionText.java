package org.randygpt.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.randygpt.kernels.VectorKernels;

/** The version of the program and of what it runs on. */
final class VersionText {
    static final String VECTOR_MODULE = "jdk.incubator.vector";

    private final Host host;

    VersionText(Host host) {
        this.host = host;
    }

    /** The version of the jar, or what there is to say about classes that are in none. */
    static String number() {
        @Nullable String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    /** Whether this Java has been started with the Vector API. */
    static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /** For people. */
    List<String> lines() {
        return List.of(
                "randyGPT %s, Java %s".formatted(number(), Runtime.version()),
                "Java       %s, %s".formatted(property("java.vm.name"), property("java.vendor")),
                "System     %s %s, %s".formatted(property("os.name"), property("os.version"), property("os.arch")),
                "Processor  %s, %s"
                        .formatted(
                                host.processor().orElse("unknown"),
                                Formats.count(Runtime.getRuntime().availableProcessors(), "processor")),
                hasVectors()
                        ? "Vectors    %d bits, %d registers"
                                .formatted(VectorKernels.vectorBits(), VectorKernels.vectorRegisters())
                        : "Vectors    none: Java has been started without the module " + VECTOR_MODULE);
    }

    /** For machines; null is unknown. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("version", number());
        facts.put("java", Runtime.version().toString());
        facts.put("java_vm", property("java.vm.name"));
        facts.put("java_vendor", property("java.vendor"));
        facts.put("system", property("os.name"));
        facts.put("system_version", property("os.version"));
        facts.put("architecture", property("os.arch"));
        facts.put("processor", host.processor().orElse(null));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("vector_bits", hasVectors() ? VectorKernels.vectorBits() : null);
        facts.put("vector_registers", hasVectors() ? VectorKernels.vectorRegisters() : null);
        return facts;
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }
}
