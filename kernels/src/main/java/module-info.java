/** All arithmetic: plain loops and Vector API. */
module org.randygpt.kernels {
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;

    exports org.randygpt.kernels;
}
