import { checkFlag, checkFunction, checkSignal } from '../check/argument.ts';
import { takeTurn } from '../clock/turn.ts';
import type { WorkflowActionOptions } from './workflow.ts';

/** Counts what a call that changes a workflow does, reports it, and knows when to stop. */
export class WorkflowAction {
  readonly #options: WorkflowActionOptions;
  #matched = 0;
  #tried = 0;
  #changed = 0;
  #requested = 0;

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor(options: WorkflowActionOptions) {
    checkFlag('dryRun', options.dryRun);
    checkFunction('onProgress', options.onProgress);
    checkSignal('signal', options.signal);
    this.#options = options;
  }

  /** How many jobs are changed. */
  get changed(): number {
    return this.#changed;
  }

  /** Whether to change no more jobs. */
  get isStopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** Counts the jobs that it is about to change; returns whether to do so. */
  async begin(levels: readonly (readonly unknown[])[]): Promise<boolean> {
    // What was read before a stop is not the whole.
    if (this.isStopped) return false;
    for (const { length } of levels) this.#matched += length;
    if (this.#options.dryRun) this.#changed = this.#matched;
    await this.#report();
    return !this.#options.dryRun;
  }

  /** Counts a batch, reports it, and lets other work of the process run. */
  async count(tried: number, changed: number, requested = 0): Promise<void> {
    this.#tried += tried;
    this.#changed += changed;
    this.#requested += requested;
    await this.#report();
    await takeTurn();
  }

  async #report(): Promise<void> {
    const [matched, tried, changed] = [this.#matched, this.#tried, this.#changed];
    const requested = this.#requested > 0 && { requested: this.#requested };
    await this.#options.onProgress?.({ matched, tried, changed, ...requested });
  }
}
