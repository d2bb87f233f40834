package org.randygpt.train.evaluation;

/**
 * What a model makes of a text.
 *
 * @param size of the text
 * @param nats sum of the losses of all of its tokens
 * @param top1 the part of the tokens that were the likeliest
 * @param top5 the part of the tokens that were among the five likeliest
 * @param byPosition (T) mean loss in nats of the tokens at each position of the windows, of which the first has one
 *     token before it; NaN at positions that no window reaches
 * @param segments parts of the text
 * @param natsBySegment sum of the losses in each
 * @param bytesBySegment of UTF-8 in each
 */
public record TextLoss(
        TextUnits.Size size,
        double nats,
        double top1,
        double top5,
        Calibration calibration,
        double[] byPosition,
        Segments segments,
        double[] natsBySegment,
        long[] bytesBySegment) {

    /** In nats per token. */
    public double loss() {
        return nats / size.tokens();
    }

    /** e to the loss: as unsure as of so many equally likely tokens. */
    public double perplexity() {
        return StrictMath.exp(loss());
    }

    /** In bits per byte of UTF-8. */
    public double bitsPerByte() {
        return bits(nats) / size.bytes();
    }

    /** In bits per character. */
    public double bitsPerCharacter() {
        return bits(nats) / size.characters();
    }

    /** Mean loss, in nats, at positions from one on and before another, over those that windows reach. */
    public double lossAt(int from, int to) {
        double sum = 0;
        int count = 0;
        for (int position = from; position < to; position++) {
            if (!Double.isNaN(byPosition[position])) {
                sum += byPosition[position];
                count++;
            }
        }
        return sum / count;
    }

    static double bits(double nats) {
        return nats / StrictMath.log(2);
    }
}
