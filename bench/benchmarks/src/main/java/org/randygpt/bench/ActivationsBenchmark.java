package org.randygpt.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.randygpt.bench.report.Samples;
import org.randygpt.kernels.Activation;
import org.randygpt.kernels.Kernels;
import org.randygpt.kernels.Matrix;
import org.randygpt.kernels.ReferenceKernels;
import org.randygpt.kernels.Share;
import org.randygpt.kernels.Store;

/** The functions between the linear maps of an MLP, on one core. */
public non-sealed class ActivationsBenchmark extends Twins {
    /**
     * M x N of the output: a training step's of GPT-2's blocks and of Qwen3's, a token's, odd ones, half a gigabyte.
     */
    @Param({"2048x512", "2048x344", "1x344", "3x67", "1048576x128"})
    public String shape = "";

    private Kernels chosen = new ReferenceKernels(Share.ALL);
    private Matrix x = Matrix.zeros(0, 0);
    private Matrix gatesAndInputs = x;
    private Matrix dOut = x;
    private Matrix out = x;
    private Matrix dX = x;
    private Matrix dGatesAndInputs = x;

    /** Fills the inputs with random numbers. */
    @Setup
    public void fill() throws IOException {
        int[] sizes = sizes(shape);
        int rows = sizes[0];
        int cols = sizes[1];
        chosen = alone();
        x = Samples.matrix(rows, cols);
        gatesAndInputs = Samples.matrix(rows, 2 * cols);
        dOut = Samples.matrix(rows, cols);
        out = Matrix.zeros(rows, cols);
        dX = Matrix.zeros(rows, cols);
        dGatesAndInputs = Matrix.zeros(rows, 2 * cols);
    }

    /** out = GELU(x). */
    @Benchmark
    public Matrix gelu() {
        chosen.activation(Activation.GELU, x, out);
        return out;
    }

    /** dX = dOut · GELU'(x), out = GELU(x). */
    @Benchmark
    public Matrix geluBackward() {
        chosen.activationBackward(Activation.GELU, x, dOut, dX, Store.REPLACE, out);
        return dX;
    }

    /** out = max(x, 0)². */
    @Benchmark
    public Matrix squaredRelu() {
        chosen.activation(Activation.SQUARED_RELU, x, out);
        return out;
    }

    /** dX = dOut · 2 max(x, 0), and out once more. */
    @Benchmark
    public Matrix squaredReluBackward() {
        chosen.activationBackward(Activation.SQUARED_RELU, x, dOut, dX, Store.REPLACE, out);
        return dX;
    }

    /** out = silu(gates) · inputs. */
    @Benchmark
    public Matrix swiglu() {
        chosen.swiglu(gatesAndInputs, out);
        return out;
    }

    /** The gradient of gates and inputs, and out once more. */
    @Benchmark
    public Matrix swigluBackward() {
        chosen.swigluBackward(gatesAndInputs, dOut, dGatesAndInputs, Store.REPLACE, out);
        return dGatesAndInputs;
    }
}
