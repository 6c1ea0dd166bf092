import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** Shows the progress of a long task. */
export interface Progress {
  /** Counts one more step as done. */
  step(): void;
  /** Says how many steps are done, of how many now, and what else there is to say, if anything. */
  reach(done: number, total: number, note?: string): void;
  /** Ends the progress bar. */
  end(): void;
}

/** Shows nothing. */
const NONE: Progress = { step: () => undefined, reach: () => undefined, end: () => undefined };

/** The number of steps from which a bar is shown. */
const WORTH_A_BAR = 20;

/** Starts a progress bar on stderr, if that is a terminal and the task is long. */
export function startProgress(io: Io, total: number): Progress {
  if (!io.stderr.isTTY || total < WORTH_A_BAR) return NONE;
  const { shades_classic: look } = Presets;
  const stream = io.stderr as NodeJS.WriteStream;
  const bar = new SingleBar({ stream, format: `${look.format}{note}` }, look);
  bar.start(total, 0, { note: '' });
  return {
    step: () => bar.increment(),
    reach: (done, now, note) => {
      bar.setTotal(now);
      bar.update(done, { note: note === undefined ? '' : ` | ${note}` });
    },
    end: () => bar.stop(),
  };
}

/** Returns a progress bar that starts with the first call of `reach`: only then is the number of steps known. */
export function progressOnceCounted(io: Io): Pick<Progress, 'reach' | 'end'> {
  let progress: Progress | undefined;
  return {
    reach: (done, total, note) => {
      progress ??= startProgress(io, total);
      progress.reach(done, total, note);
    },
    end: () => progress?.end(),
  };
}
