// ---- runner: long work in short parts, a few milliseconds in each frame

const WORK_MS = 7; // of a frame's 16; drawing needs the rest
const NEXT_FRAME = Symbol("next frame");

// Work is a generator: it can be left at every `yield`, and `yield NEXT_FRAME` ends the frame.
// No frames come while the page is hidden.
class Runner {
  constructor(afterFrame) {
    Object.assign(this, { afterFrame, work: null, waiting: [] });
    this.request = oncePerFrame(() => this.frame());
  }

  get isRunning() {
    return this.work !== null;
  }

  // After the work that is still to do.
  add(work) {
    if (this.work) this.waiting.push(work);
    else this.work = work;
    this.request();
  }

  stop() {
    Object.assign(this, { work: null, waiting: [] });
  }

  frame() {
    const end = performance.now() + WORK_MS;
    while (this.work && performance.now() < end) {
      const { done, value } = this.work.next();
      if (done) this.work = this.waiting.shift() ?? null;
      if (value === NEXT_FRAME) break;
    }
    this.afterFrame();
    if (this.work) this.request();
  }
}
