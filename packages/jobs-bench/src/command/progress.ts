import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a long run is. */
export interface Progress {
  /** Says what is measured next. */
  step(what: string): void;
  /** Takes the bar away, so that something else can be printed. */
  end(): void;
}

/** Shows a bar on a terminal, and elsewhere nothing. */
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
