/* Whole numbers from 0 to 255, as in training, then inputs from 0 to 1. */
static inline void mnist_round(float inputs[784]) {
    int i;
    for (i = 0; i < 784; i++)
        inputs[i] = fminf(fmaxf(floorf(inputs[i] + 0.5f), 0.0f), 255.0f) * (1.0f / 255.0f);
}
