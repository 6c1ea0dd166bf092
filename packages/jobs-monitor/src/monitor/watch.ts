import type { Clock, Logger, QueueStats } from '@philjs/jobs-core';
import { Alerts } from '../alerts/alerts.ts';
import { DepthSamples } from './depth-samples.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';
import { type HealthChange, ProblemWatch } from './problem-watch.ts';
import { RepeatingTimer } from './repeating-timer.ts';
import type { HealthProblem, SystemHealth } from './system-health.ts';

/** Holds the result of a check. */
export interface HealthCheck {
  readonly health: SystemHealth;
  /** Returns whether a problem that is not in {@link health} may still be there. */
  readonly mayGoOn: (problem: HealthProblem) => boolean;
}

interface WatchOptions extends ResolvedMonitorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads how many jobs each queue has. */
  readonly sample: () => Promise<ReadonlyMap<string, QueueStats>>;
  /** Checks the health. */
  readonly check: () => Promise<HealthCheck>;
}

/** Samples how many jobs there are and reports changes of the health while a monitor runs. */
export class Watch {
  readonly samples: DepthSamples;
  readonly #options: WatchOptions;
  readonly #timers: readonly RepeatingTimer[];
  readonly #problems: ProblemWatch;
  readonly #alerts: Alerts;
  #isRunning = false;

  constructor(options: WatchOptions) {
    const { clock, metricsInterval, healthCheckInterval } = options;
    this.#options = options;
    this.#problems = new ProblemWatch(options.healthHold);
    this.#alerts = new Alerts(options.alerts, clock, options.logger);
    this.samples = new DepthSamples(options.metricsHistorySize);
    this.#timers = [
      new RepeatingTimer(clock, metricsInterval, () => this.#sample()),
      new RepeatingTimer(clock, healthCheckInterval, () => this.#check()),
    ];
  }

  /** Starts both. Does nothing when it runs already. */
  start(): void {
    this.#isRunning = true;
    for (const timer of this.#timers) timer.start();
  }

  /** Ends both, and gives up alerts that have not been delivered. */
  stop(): void {
    this.#isRunning = false;
    for (const timer of this.#timers) timer.stop();
    this.#alerts.stop();
  }

  async #sample(): Promise<void> {
    const stats = await this.#options.sample();
    if (stats.size > 0) this.samples.add(this.#options.clock.now(), stats);
  }

  async #check(): Promise<void> {
    const { health, mayGoOn } = await this.#options.check();
    // Stopped meanwhile, as before its queues are closed.
    if (!this.#isRunning) return;
    const { onHealthChange, logger, clock } = this.#options;
    const change = this.#problems.see(health.problems, clock.now(), mayGoOn);
    if (change.came.length + change.went.length === 0) return;
    this.#alerts.report(change);
    const report = async (): Promise<void> => {
      if (onHealthChange === undefined) this.#log(change);
      else await onHealthChange(health, change);
    };
    // Not awaited: a listener that never ends must not end the checks.
    report().catch((error) => logger.error('`onHealthChange` failed', error));
  }

  #log({ came, went }: HealthChange): void {
    const { logger } = this.#options;
    for (const { severity, message } of came) {
      logger.warn(`Jobs: ${severity === 'critical' ? 'critical: ' : ''}${message}`);
    }
    for (const { message } of went) logger.info(`Jobs: over: ${message}`);
    if (this.#problems.problems.length === 0) logger.info('Jobs are healthy again');
  }
}
