/** The training loop, optimizers and metrics. */
module org.randygpt.train {
    requires transitive org.randygpt.core;
    requires org.tukaani.xz;
    requires static transitive org.jspecify;

    exports org.randygpt.train;
    exports org.randygpt.train.records;
    exports org.randygpt.train.evaluation;
}
