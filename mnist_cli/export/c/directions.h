/* The part of an edge that points in one of eight directions, 45 degrees apart. */
static inline float mnist_edge(int direction, float dx, float dy) {
    const float x = direction < 4 ? dx : -dx, y = direction < 4 ? dy : -dy;
    switch (direction % 4) {
        case 0: return fmaxf(x - fabsf(dy), 0.0f);
        case 1: return fmaxf(fminf(x, y), 0.0f) * 1.41421356f;
        case 2: return fmaxf(y - fabsf(dx), 0.0f);
        default: return fmaxf(fminf(-x, y), 0.0f) * 1.41421356f;
    }
}

/* Sobel's gradient of the field; around it there is paper. */
static inline void mnist_gradient(const float field[784], float dx[784], float dy[784]) {
    float f[30][30] = {{0.0f}};
    int i;
    for (i = 0; i < 784; i++) f[i / 28 + 1][i % 28 + 1] = field[i];
    for (i = 0; i < 784; i++) {
        const int r = i / 28 + 1, c = i % 28 + 1;
        dx[i] = f[r - 1][c + 1] + 2 * f[r][c + 1] + f[r + 1][c + 1]
              - f[r - 1][c - 1] - 2 * f[r][c - 1] - f[r + 1][c - 1];
        dy[i] = f[r + 1][c - 1] + 2 * f[r + 1][c] + f[r + 1][c + 1]
              - f[r - 1][c - 1] - 2 * f[r - 1][c] - f[r - 1][c + 1];
    }
}

/* One map of 14 rows and 7 columns: the edges of a direction under Gaussian windows. */
static inline void mnist_map(int direction, const float dx[784], const float dy[784], float *map) {
    float rows[14][28] = {{0.0f}};
    int i, r, c;
    for (i = 0; i < 784; i++) {
        const float edge = mnist_edge(direction, dx[i], dy[i]);
        for (r = 0; r < 14; r++) rows[r][i % 28] += mnist_pool_rows[r * 28 + i / 28] * edge;
    }
    for (r = 0; r < 14; r++)
        for (c = 0; c < 7; c++) {
            float sum = 0.0f;
            for (i = 0; i < 28; i++) sum += mnist_pool_columns[c * 28 + i] * rows[r][i];
            map[r * 28 + c] = sqrtf(sum);
        }
}

/* Sort the edges of a field by direction into eight maps, in two rows of four. */
static inline void mnist_directions(float field[784]) {
    float dx[784], dy[784], mean = 0.0f, scale;
    int i;
    mnist_gradient(field, dx, dy);
    for (i = 0; i < 8; i++) mnist_map(i, dx, dy, field + i / 4 * 392 + i % 4 * 7);
    for (i = 0; i < 784; i++) mean += field[i] / 784.0f;
    scale = 60.0f / fmaxf(mean, 1e-6f);
    for (i = 0; i < 784; i++) field[i] *= scale;
}
