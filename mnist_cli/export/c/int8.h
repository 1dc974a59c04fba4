/* z = W a + b of one layer; a neuron's weights are its integers times its scale. */
static inline void mnist_layer(const signed char *weights, const float *scales,
                               const float *biases, const float *a, int inputs, float *z,
                               int outputs) {
    int i, j;
    for (j = 0; j < outputs; j++) {
        float sum = 0.0f;
        for (i = 0; i < inputs; i++) sum += (float)weights[j * inputs + i] * a[i];
        z[j] = sum * scales[j] + biases[j];
    }
}
