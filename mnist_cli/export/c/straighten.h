static inline double mnist_clip(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

static inline float mnist_ink(const unsigned char image[784], int row, int column) {
    return row < 0 || row > 27 || column < 0 || column > 27 ? 0.0f : (float)image[28 * row + column];
}

/* The ink at (x, y), measured from the middle, by bilinear interpolation. */
static inline float mnist_read(const unsigned char image[784], float x, float y) {
    const float across = fminf(fmaxf(x + 14.5f, 0.0f), 28.9999f);
    const float down = fminf(fmaxf(y + 14.5f, 0.0f), 28.9999f);
    const int column = (int)across - 1, row = (int)down - 1;
    const float right = across - floorf(across), below = down - floorf(down);
    const float first = mnist_ink(image, row, column), third = mnist_ink(image, row, column + 1);
    const float second = mnist_ink(image, row + 1, column);
    const float fourth = mnist_ink(image, row + 1, column + 1);
    const float left = first + below * (second - first);
    return left + right * (third + below * (fourth - third) - left);
}

/* How many pixels of the image become one pixel of the result, along one axis. */
static inline double mnist_step(double variance) {
    return mnist_clip(sqrt(fmax(variance, 1.0 / 12.0)) / 5.0, 1.0 / 2.5, 1.0 / 0.5);
}

/* Draw the digit upright in the middle of the field, and with `resize` in a fixed size. */
static inline void mnist_straighten(const unsigned char image[784], int resize, float field[784]) {
    double ink = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, width = 1, height = 1, slant;
    int i;
    for (i = 0; i < 784; i++) {
        const double column = i % 28 - 13.5, row = i / 28 - 13.5, here = image[i];
        ink += here, x += here * column, y += here * row;
        xx += here * column * column, xy += here * column * row, yy += here * row * row;
    }
    ink = fmax(ink, 1.0), x /= ink, y /= ink;
    xx = xx / ink - x * x, xy = xy / ink - x * y, yy = fmax(yy / ink - y * y, 1.0 / 12.0);
    slant = mnist_clip(xy / yy, -1.5, 1.5);
    if (resize) {
        width = mnist_step(xx - 2 * slant * xy + slant * slant * yy);
        height = mnist_step(yy);
    }
    for (i = 0; i < 784; i++) {
        const double down = height * (i / 28 - 13.5);
        const float across = (float)(width * (i % 28 - 13.5));
        field[i] = mnist_read(image, (float)(x + slant * down) + across, (float)(y + down));
    }
}
