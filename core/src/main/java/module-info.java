/** The model, the graph that it is written as, text and its files, generation and checkpoints. */
module org.randygpt.core {
    requires transitive org.randygpt.kernels;
    requires tools.jackson.jr.ob;
    requires static transitive org.jspecify;

    exports org.randygpt.core.checkpoint;
    exports org.randygpt.core.data;
    exports org.randygpt.core.generate;
    exports org.randygpt.core.gguf;
    exports org.randygpt.core.graph;
    exports org.randygpt.core.model;
    exports org.randygpt.core.text;
}
