/* Trains a GPT-2 on random tokens with llm.c and writes {"step_nanos": [...]}.
   Usage: llmc_driver OUT VOCABULARY CONTEXT WIDTH LAYERS HEADS BATCH SECONDS */
#define TESTING /* leaves out llm.c's own main */
#include "train_gpt2.c"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static float uniform(float size) {
    return size * (2.0f * rand() / RAND_MAX - 1);
}

static void build(GPT2 *model, GPT2Config config) {
    memset(model, 0, sizeof *model);
    model->config = config;
    model->mean_loss = -1;
    fill_in_parameter_sizes(model->param_sizes, config);
    for (int i = 0; i < NUM_PARAMETER_TENSORS; i++) {
        model->num_parameters += model->param_sizes[i];
    }
    model->params_memory = malloc_and_point_parameters(&model->params, model->param_sizes);
    for (size_t i = 0; i < model->num_parameters; i++) {
        model->params_memory[i] = uniform(0.03f);
    }
    float *gains[] = {model->params.ln1w, model->params.ln2w, model->params.lnfw};
    size_t sizes[] = {model->param_sizes[2], model->param_sizes[8], model->param_sizes[14]};
    for (int i = 0; i < 3; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            gains[i][j] = 1;
        }
    }
}

int main(int count, char **words) {
    if (count != 9) {
        fprintf(stderr, "llmc_driver takes 8 arguments, not %d\n", count - 1);
        return 2;
    }
    int vocabulary = atoi(words[2]), context = atoi(words[3]), batch = atoi(words[7]);
    GPT2Config config = {
        .max_seq_len = context,
        .vocab_size = vocabulary,
        .padded_vocab_size = vocabulary,
        .channels = atoi(words[4]),
        .num_layers = atoi(words[5]),
        .num_heads = atoi(words[6]),
    };
    GPT2 model;
    build(&model, config);
    int *tokens = mallocCheck((batch * context + 1) * sizeof(int));

    FILE *out = fopenCheck(words[1], "w");
    fprintf(out, "{\"step_nanos\": [");
    double end = now() + atoi(words[8]);
    for (int step = 0; step < 5 || now() < end; step++) {
        double started = now();
        for (int i = 0; i <= batch * context; i++) {
            tokens[i] = rand() % vocabulary;
        }
        gpt2_forward(&model, tokens, tokens + 1, batch, context);
        gpt2_zero_grad(&model);
        gpt2_backward(&model);
        gpt2_update(&model, 3e-4f, 0.9f, 0.99f, 1e-8f, 0.1f, step + 1);
        fprintf(out, "%s%.0f", step == 0 ? "" : ", ", 1e9 * (now() - started));
    }
    fprintf(out, "]}\n");
    fcloseCheck(out);
    return 0;
}
