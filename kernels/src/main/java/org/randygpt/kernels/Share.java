package org.randygpt.kernels;

/**
 * One worker's part of work that several do together: units {@code from(n)} up to {@code to(n)} of {@code n}.
 *
 * @param index which worker, 0 to {@code count} - 1
 * @param count how many workers
 */
public record Share(int index, int count) {

    /** The whole work, for one worker alone. */
    public static final Share ALL = new Share(0, 1);

    /** Throws {@link IllegalArgumentException} when the index does not belong to the count. */
    public Share {
        if (count < 1 || index < 0 || index >= count) {
            throw new IllegalArgumentException("worker %d of %d does not exist".formatted(index, count));
        }
    }

    /** First of this worker's units. */
    public int from(int units) {
        return boundary(units, index, count);
    }

    /** First unit after this worker's. */
    public int to(int units) {
        return boundary(units, index + 1, count);
    }

    /** Where part {@code index} of {@code count} parts of some units begins. */
    static int boundary(int units, int index, int count) {
        return (int) ((long) units * index / count);
    }

    /**
     * The first of a worker's elements: those of whole rows, so that calls over the same rows may follow each other.
     */
    int fromElement(Matrix m) {
        // A single row is shared by elements.
        return m.rows() == 1 ? from(m.cols()) : from(m.rows()) * m.cols();
    }

    /** The end of a worker's elements. */
    int toElement(Matrix m) {
        return m.rows() == 1 ? to(m.cols()) : to(m.rows()) * m.cols();
    }
}
