// ---- pulse: how far a forward or a backward pass has come on its way through the layers

const STEP_TIME = 700; // milliseconds for one step

// `steps` of a pass follow each other, each from 0 to 1; `draw()` shows where it is. A forward pass
// is over when it has arrived; a backward pass stays at its end until it is told to go.
class Pulse {
  constructor(draw) {
    Object.assign(this, { draw, kind: null, at: 0, steps: 0, isPaused: false });
  }

  start(kind, steps) {
    const isMoving = this.kind !== null && !this.isPaused && !this.isAtEnd;
    Object.assign(this, { kind, steps, at: 0, isPaused: false });
    if (!isMoving) this.run();
  }

  get isAtEnd() {
    return this.kind !== null && this.at >= this.steps;
  }

  run() {
    let last = performance.now();
    const frame = (now) => {
      if (this.kind === null || this.isPaused) return;
      this.at = Math.min(this.at + Math.max(0, now - last) / STEP_TIME, this.steps);
      last = now;
      if (this.isAtEnd && this.kind === "forward") this.kind = null;
      this.draw();
      if (this.kind !== null && !this.isAtEnd) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  togglePause() {
    this.isPaused = !this.isPaused;
    if (!this.isPaused) this.run();
    this.draw();
  }

  stop() {
    if (this.kind === null) return;
    Object.assign(this, { kind: null, isPaused: false });
    this.draw();
  }

  hasBegun(step) {
    return this.at >= step;
  }

  // How much of a step, counted from 0, is done, 0 to 1; with reduced motion all or nothing.
  done(step) {
    const at = reducedMotion() ? Math.floor(this.at) : this.at;
    return clamp(at - step, 0, 1);
  }
}
