import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** Shows the progress of a long task. */
export interface Progress {
  /** Counts one more step as done. */
  step(): void;
  /** Ends the progress bar. */
  end(): void;
}

/** The number of steps from which a bar is shown. */
const WORTH_A_BAR = 20;

/** Starts a progress bar on stderr, if that is a terminal and the task is long. */
export function startProgress(io: Io, total: number): Progress {
  if (!io.stderr.isTTY || total < WORTH_A_BAR)
    return { step: () => undefined, end: () => undefined };
  const bar = new SingleBar({ stream: io.stderr as NodeJS.WriteStream }, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
