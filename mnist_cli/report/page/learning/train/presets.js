// ---- presets: settings that work and settings that do not, each with its reason

const TRAIN_RATES = [-4, -3, -2, -1, 0, 1, 2].flatMap((power) =>
  [1, 2, 3, 5].map((digit) => Number(`${digit}e${power}`)),
);
const BATCH_SIZES = [1, 2, 5, 10, 20, 32, 50, 100, 200, 500, 1000, 2000];

// `rate` is a multiple of the usual learning rate of the activation; Infinity is all images.
const PRESETS = [
  {
    name: "Good",
    rate: 1,
    batchSize: 10,
    reason:
      "As in the lectures: ten images give a direction that is roughly right, and an epoch has many steps.",
  },
  {
    name: "η too small",
    rate: 1 / 100,
    batchSize: 10,
    reason: "The direction is right, but each step is so short that an epoch changes little.",
  },
  {
    name: "η too large",
    rate: 30,
    batchSize: 10,
    reason:
      "Each step jumps across the valley: the loss leaps about, or the outputs end at 0 or 1, where their slope leaves hardly any gradient to learn from.",
  },
  {
    name: "Batch too small",
    rate: 1,
    batchSize: 1,
    reason:
      "A single image decides each step: fast at first, and then the loss staggers, because each step undoes some of the steps before.",
  },
  {
    name: "Batch too large",
    rate: 1,
    batchSize: Infinity,
    reason:
      "All images decide each step: the direction is exact, but an epoch is only one step long.",
  },
];

// With scaled weights and the usual rate, 2,000 images and 12 epochs: three hidden layers of 16 read
// 83% right, four 44%, five and six no more than chance; with relu six read 84%.
const MANY_LAYERS = 5;
const VANISHES =
  "But through so many sigmoid layers the gradient vanishes on its way back, and nothing is learned: try relu or tanh.";

const nearest = (values, wanted) =>
  values.reduce((best, value) =>
    Math.abs(Math.log(value / wanted)) < Math.abs(Math.log(best / wanted)) ? value : best,
  );
