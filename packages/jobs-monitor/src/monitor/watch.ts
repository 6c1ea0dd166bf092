import type { Clock, Logger, QueueStats } from '@philjs/jobs-core';
import { DepthSamples } from './depth-samples.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';
import { RepeatingTimer } from './repeating-timer.ts';
import type { SystemHealth } from './system-health.ts';

interface WatchOptions extends ResolvedMonitorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads how many jobs each queue has. */
  readonly sample: () => Promise<ReadonlyMap<string, QueueStats>>;
  /** Checks the health. */
  readonly check: () => Promise<SystemHealth>;
}

/** What a monitor does while it runs: it notes how many jobs there are, and tells of changed health. */
export class Watch {
  readonly samples: DepthSamples;
  readonly #options: WatchOptions;
  readonly #timers: readonly RepeatingTimer[];
  #status: SystemHealth['status'] = 'healthy';

  constructor(options: WatchOptions) {
    const { clock, metricsInterval, healthCheckInterval } = options;
    this.#options = options;
    this.samples = new DepthSamples(options.metricsHistorySize);
    this.#timers = [
      new RepeatingTimer(clock, metricsInterval, () => this.#sample()),
      new RepeatingTimer(clock, healthCheckInterval, () => this.#check()),
    ];
  }

  /** Starts both. Does nothing when it runs. */
  start(): void {
    for (const timer of this.#timers) timer.start();
  }

  /** Ends both. */
  stop(): void {
    for (const timer of this.#timers) timer.stop();
  }

  async #sample(): Promise<void> {
    const stats = await this.#options.sample();
    if (stats.size > 0) this.samples.add(this.#options.clock.now(), stats);
  }

  async #check(): Promise<void> {
    const health = await this.#options.check();
    if (health.status === this.#status) return;
    this.#status = health.status;
    const { onHealthChange, logger } = this.#options;
    try {
      if (onHealthChange !== undefined) onHealthChange(health);
      else if (health.status === 'healthy') logger.info('Jobs are healthy again');
      else logger.warn(`Jobs are ${health.status}: ${health.issues.join('; ')}`);
    } catch (error) {
      logger.error('`onHealthChange` failed', error);
    }
  }
}
