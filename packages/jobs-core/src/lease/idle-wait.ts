import type { Clock, TimerHandle } from '../clock/clock.ts';

interface IdleWaitOptions {
  readonly clock: Clock;
  /** Returns whether no job is held. */
  readonly isIdle: () => boolean;
}

/** Lets a worker loop that stops wait until it holds no job, or until its time is over. */
export class IdleWait {
  readonly #options: IdleWaitOptions;
  #stopsAt = Number.POSITIVE_INFINITY;
  #hurry: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: IdleWaitOptions) {
    this.#options = options;
  }

  /** Sets the time at which the wait of {@link untilTime} ends, if that is earlier than the one set before. */
  endBy(stopsAt: number): void {
    if (stopsAt >= this.#stopsAt) return;
    this.#stopsAt = stopsAt;
    this.#hurry?.();
  }

  /** Ends the wait under way. */
  end(): void {
    this.#onIdle?.();
  }

  /** Resolves when no job is held, or at the time set; another call may move that time forward. */
  async untilTime(): Promise<void> {
    const { clock, isIdle } = this.#options;
    if (isIdle()) return;
    await new Promise<void>((resolve) => {
      const arm = (): TimerHandle =>
        clock.setTimeout(resolve, Math.max(0, this.#stopsAt - clock.now()), { stops: true });
      let timer = arm();
      this.#hurry = () => {
        clock.clearTimeout(timer);
        timer = arm();
      };
      this.#onIdle = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = undefined;
  }

  /** Resolves when no job is held, or after `timeout` milliseconds. */
  async until(timeout: number): Promise<void> {
    const { clock, isIdle } = this.#options;
    if (isIdle()) return;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, timeout, { stops: true });
      this.#onIdle = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
  }
}
