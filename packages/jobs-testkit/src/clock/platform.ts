/** The platform's own timers and time, saved before a test replaces them. */
const { setTimeout: startTimer, setImmediate: goRound, performance: platform } = globalThis;
const readTime = platform.now.bind(platform);

/** The most that a moment counts, in real milliseconds: one that takes longer stands still itself, and the work with it. */
export const MAX_MOMENT_MS = 50;

/** Returns the real milliseconds since the process began, whatever a test has replaced. */
export function realNow(): number {
  return readTime();
}

/** Waits for a moment in which real work goes on. */
export function realMoment(): Promise<void> {
  return new Promise((resolve) => void startTimer(resolve, 1));
}

/** Waits for a turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void goRound(resolve));
}
