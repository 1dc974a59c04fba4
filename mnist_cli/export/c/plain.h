/* Pixels as inputs from 0 to 1. */
static inline void mnist_inputs(const unsigned char image[784], float inputs[784]) {
    int i;
    for (i = 0; i < 784; i++) inputs[i] = (float)image[i] * (1.0f / 255.0f);
}
