import type { Clock } from '@philjs/jobs-core';
import { RepeatingTimer } from '../../monitor/repeating-timer.ts';
import type { PageState } from '../../view/page-state.ts';
import { errorAnswer } from '../http/http-error.ts';
import { LiveStream } from './live-stream.ts';

interface LivePageOptions {
  readonly clock: Clock;
  readonly refreshInterval: number;
  /** Reads the page again. */
  readonly load: () => Promise<PageState>;
  /** Masks likely secrets in the message of an error. */
  readonly mask: (message: string) => string;
  /** Is called when the last stream has ended. */
  readonly onIdle: () => void;
}

/** Keeps one page up to date for all its streams, with one reading per interval, however many streams are open. */
export class LivePage {
  readonly #options: LivePageOptions;
  readonly #timer: RepeatingTimer;
  /** The open streams, and the data last sent to each. */
  readonly #streams = new Map<LiveStream, string | undefined>();

  constructor(options: LivePageOptions) {
    this.#options = options;
    const { clock, refreshInterval } = options;
    this.#timer = new RepeatingTimer(clock, refreshInterval, () => this.#update());
  }

  /** Opens another stream; calls back when it has ended. */
  open(onEnd: () => void): LiveStream {
    const live = new LiveStream(this.#options.clock, () => {
      this.#leave(live);
      onEnd();
    });
    this.#streams.set(live, undefined);
    this.#timer.start();
    return live;
  }

  /** Ends all streams. */
  close(): void {
    for (const live of [...this.#streams.keys()]) live.close();
  }

  #leave(live: LiveStream): void {
    this.#streams.delete(live);
    if (this.#streams.size > 0) return;
    this.#timer.stop();
    this.#options.onIdle();
  }

  /** Sends changed data; a stream that already has the data gets only the time of the reading. */
  async #update(): Promise<void> {
    try {
      const state = await this.#options.load();
      const data = JSON.stringify(state.data);
      const whole = JSON.stringify(state);
      for (const [live, known] of [...this.#streams]) {
        if (known === data) live.send('same', String(state.now));
        else live.send('state', whole);
        if (this.#streams.has(live)) this.#streams.set(live, data);
      }
    } catch (error) {
      const { message, ...rest } = errorAnswer(error);
      const answer = JSON.stringify({ ...rest, message: this.#options.mask(message) });
      for (const live of [...this.#streams.keys()]) {
        this.#streams.set(live, undefined);
        live.send('trouble', answer);
      }
    }
  }
}
