package org.randygpt.cli;

/** Tells a run whether somebody wants it to stop. */
interface StopRequest extends AutoCloseable {

    /** Where a run gets its stop requests. */
    interface Source {
        /**
         * Listens from now on.
         *
         * @param announce what to do at once when the request comes; runs on any thread
         */
        StopRequest open(Runnable announce);
    }

    /** The exit code that the request asks for, or 0 while there is none. */
    int exitCode();

    @Override
    void close();
}
