package org.randygpt.bench;

import java.util.SplittableRandom;
import org.randygpt.bench.report.ModelSize;
import org.randygpt.core.graph.Graph;
import org.randygpt.core.graph.Parameters;
import org.randygpt.core.model.Gpt;
import org.randygpt.core.model.GptConfig;
import org.randygpt.train.OptimizerConfig;
import org.randygpt.train.Recipe;

/** The models that benchmarks train and generate with. */
public enum Model {
    /** That of {@code randygpt train} without options, on a text with 65 different characters. */
    QWEN3(Recipe.MODERN),
    /** The same with GPT-2's recipe. */
    GPT2(Recipe.GPT2),
    /** The same with the recipe of the Rust program. */
    RANDYGPT(Recipe.RANDYGPT),
    /** The smallest GPT-2 of Radford et al. 2019, for generation: half a gigabyte of weights. */
    GPT2_124M(Recipe.GPT2) {
        @Override
        GptConfig config() {
            return ModelSize.GPT2_124M.config();
        }
    };

    private static final int VOCABULARY = 67;
    private static final int CONTEXT = 64;
    private static final int WIDTH = 128;
    private static final int LAYERS = 4;

    private final Recipe recipe;

    Model(Recipe recipe) {
        this.recipe = recipe;
    }

    /** Its shape. */
    GptConfig config() {
        GptConfig config = new GptConfig(
                recipe.architecture(), VOCABULARY, CONTEXT, WIDTH, LAYERS, recipe.heads(), recipe.head(), 1e-5f);
        return recipe.architecture().isRotary() ? config.withRotaryBase(recipe.rotaryBase()) : config;
    }

    /** The graph of a training step of so many sequences, each as long as the context. */
    Graph training(int batch) {
        return Gpt.training(config(), recipe.initialization(config()), 0, batch, config().context());
    }

    /** How the recipe trains it. */
    OptimizerConfig optimizer() {
        return OptimizerConfig.usual(recipe.algorithm());
    }

    /** Random weights, also where the recipe starts with zeros. */
    Parameters parameters() {
        Parameters parameters = new Parameters(Gpt.training(config(), 1, 1));
        parameters.initialize(new SplittableRandom(1));
        return parameters;
    }
}
