/* z = W a + b of one layer. */
static inline void mnist_layer(const float *weights, const float *biases, const float *a,
                               int inputs, float *z, int outputs) {
    int i, j;
    for (j = 0; j < outputs; j++) {
        float sum = 0.0f;
        for (i = 0; i < inputs; i++) sum += weights[j * inputs + i] * a[i];
        z[j] = sum + biases[j];
    }
}
