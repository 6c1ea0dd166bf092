import type { Clock } from '@philjs/jobs-core';
import { RepeatingTimer } from '../../monitor/repeating-timer.ts';
import type { PageState } from '../../view/page-state.ts';
import { toldError } from '../http/http-error.ts';
import { LiveStream } from './live-stream.ts';

interface LivePageOptions {
  readonly clock: Clock;
  readonly refreshInterval: number;
  /** Reads the page anew. */
  readonly load: () => Promise<PageState>;
  /** Is told when nobody looks any more. */
  readonly onIdle: () => void;
}

/** Keeps one page up to date for all who look at it: one reading each interval, however many they are. */
export class LivePage {
  readonly #options: LivePageOptions;
  readonly #timer: RepeatingTimer;
  readonly #streams = new Set<LiveStream>();

  constructor(options: LivePageOptions) {
    this.#options = options;
    const { clock, refreshInterval } = options;
    this.#timer = new RepeatingTimer(clock, refreshInterval, () => this.#update());
  }

  /** Opens a stream for one more who looks; calls back when it has ended. */
  open(onEnd: () => void): LiveStream {
    const live = new LiveStream(this.#options.clock, () => {
      this.#leave(live);
      onEnd();
    });
    this.#streams.add(live);
    this.#timer.start();
    return live;
  }

  /** Ends all streams. */
  close(): void {
    for (const live of [...this.#streams]) live.close();
  }

  #leave(live: LiveStream): void {
    this.#streams.delete(live);
    if (this.#streams.size > 0) return;
    this.#timer.stop();
    this.#options.onIdle();
  }

  async #update(): Promise<void> {
    try {
      this.#sendAll('state', JSON.stringify(await this.#options.load()));
    } catch (error) {
      this.#sendAll('trouble', JSON.stringify(toldError(error)));
    }
  }

  #sendAll(event: string, data: string): void {
    for (const live of [...this.#streams]) live.send(event, data);
  }
}
