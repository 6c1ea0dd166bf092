import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** Shows how far long work is. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** All is done. */
  end(): void;
}

/** From how many on a bar is worth its place. */
const WORTH_A_BAR = 20;

/** Starts a progress bar on stderr, where that is a terminal and the work is long. */
export function startProgress(io: Io, total: number): Progress {
  if (!io.stderr.isTTY || total < WORTH_A_BAR)
    return { step: () => undefined, end: () => undefined };
  const bar = new SingleBar({ stream: io.stderr as NodeJS.WriteStream }, Presets.shades_classic);
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
