/* exp(z) / sum of exp(z); the largest z is subtracted first, against overflow. */
static inline void mnist_output(float *z, int count) {
    float largest = z[0], sum = 0.0f;
    int i;
    for (i = 1; i < count; i++) largest = fmaxf(largest, z[i]);
    for (i = 0; i < count; i++) sum += z[i] = expf(z[i] - largest);
    for (i = 0; i < count; i++) z[i] /= sum;
}
