import { Presets, SingleBar } from 'cli-progress';

/** Shows the progress of a long run. */
export interface Progress {
  /** Shows the next measurement. */
  step(what: string): void;
  /** Removes the bar, so that other output can be printed. */
  end(): void;
}

/** Shows a bar on a terminal, and nothing elsewhere. */
export function showProgress(total: number): Progress {
  if (!process.stderr.isTTY) return { step: () => undefined, end: () => undefined };
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}, {eta_formatted} left: {what}',
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  let done = 0;
  bar.start(total, 0, { what: '' });
  return {
    step: (what) => bar.update(done++, { what }),
    end: () => {
      bar.stop();
      process.stderr.clearLine(0);
    },
  };
}
