package org.randygpt.train;

import java.util.SequencedMap;
import org.randygpt.core.checkpoint.Safetensors.Block;

/** A way to change some of a model's weights by their gradients. Steps allocate nothing. */
sealed interface UpdateRule permits AdamW, Muon {

    /**
     * Says what the next update is; called by one thread.
     *
     * @param step 0 for the first
     * @param rate what the schedule says, as a share of its peak
     * @param gradientScale what gradients are multiplied with first: below 1 when they are clipped
     */
    void prepare(long step, double rate, float gradientScale);

    /** Does one worker's share of the update. Gradients are read and left as they are. */
    void apply(int worker);

    /** The numbers that the next update depends on, by PyTorch's names for them and the parameter's name. */
    SequencedMap<String, Block> state();
}
