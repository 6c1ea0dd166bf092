import { detached } from '../clock/detached.ts';
import type { ClaimedJob, ConsumeParams, StalledJob, StartedJob } from '../contract/consumer.ts';
import type { Outcome } from '../contract/outcome.ts';
import { InFlight } from '../in-flight/in-flight.ts';
import { isDoomed } from '../job/is-doomed.ts';
import { refusalOf } from './admission.ts';
import { findWhole } from './complete-payload.ts';
import { endUnstarted } from './end-unstarted.ts';
import { failStalled } from './fail-stalled.ts';
import { isForDependency } from './is-for-dependency.ts';
import { JobRun } from './job-run.ts';
import { LateStarts } from './late-starts.ts';
import { refuseDoomed } from './refuse-doomed.ts';
import { RunPlans } from './run-plan.ts';
import type { RunServices } from './run-services.ts';
import { withLetter } from './with-letter.ts';

/** Runs the jobs a consumer claims: a queue passes it to `Backend.consume`. Sees no async context of its callers. */
export class Executor {
  readonly #services: RunServices;
  readonly #runs = new InFlight<JobRun>();
  readonly #plans: RunPlans;
  readonly #late: LateStarts;
  readonly #failing = new Set<Promise<void>>();

  constructor(services: RunServices) {
    this.#services = services;
    this.#plans = new RunPlans(services);
    this.#late = new LateStarts(services.clock, () => services.queue.logger);
  }

  /** Runs a claimed job and returns the outcome to record. Never rejects. */
  readonly execute = (claimed: ClaimedJob): Promise<Outcome> =>
    new Promise((settle) => {
      const { job, startBy } = claimed;
      const started: StartedJob =
        startBy === undefined ? { job, settle } : { job, startBy, settle };
      this.start(started);
      if (started.run !== undefined) claimed.run = started.run;
    });

  /** Runs a claimed job, and passes the outcome to record to a callback. */
  readonly start = (started: StartedJob): void => detached(this.#start, started);

  readonly #start = (started: StartedJob): void => {
    const { job, startBy } = started;
    const { registry, clock } = this.#services;
    const definition = registry.handled(job.name);
    const startedAt = clock.now();
    if (isDoomed(job)) {
      void this.#settleDoomed(started);
      return;
    }
    const refusal = refusalOf(job, definition, startedAt);
    if (refusal !== undefined) {
      void this.#settleRefused(started, refusal);
      return;
    }
    if (definition === undefined) throw new TypeError('A job without definition is always refused');
    const runs = this.#runs;
    const services = this.#services;
    const noting = startBy === undefined ? started : this.#notingLate(started);
    const run = new JobRun(services, this.#plans.of(definition), noting, startedAt, runs);
    started.run = run;
    runs.add(run);
    run.start();
  };

  async #settleRefused(
    started: StartedJob,
    refusal: NonNullable<ReturnType<typeof refusalOf>>,
  ): Promise<void> {
    started.settle(await this.#refuse(started, refusal));
  }

  /** Fails a job for one it waited for, whether or not its definition is known. */
  async #settleDoomed(started: StartedJob): Promise<void> {
    await this.#settleRefused(started, await refuseDoomed(this.#services, started.job));
  }

  #notingLate(started: StartedJob): StartedJob {
    const { job } = started;
    const settle = (outcome: Outcome): void => {
      if (outcome.type === 'unstarted' && outcome.keys === undefined) this.#late.note(job.name);
      started.settle(outcome);
    };
    return { job, ...(started.startBy !== undefined && { startBy: started.startBy }), settle };
  }

  /** Aborts a run under way here; returns whether there was one. */
  readonly abort: ConsumeParams['abort'] = (params) => detached(this.#abort, params);

  readonly #abort: ConsumeParams['abort'] = ({ lease, error, force = false }) => {
    const run = this.#runs.find(({ jobId, fencingToken }) => {
      return jobId === lease.id && fencingToken === lease.fencingToken;
    });
    run?.abort(error, force);
    return run !== undefined;
  };

  /** Counts a job whose lease ran out; if it failed for that, calls its `onFail` here, if its definition is known. */
  readonly onStalled = ({ lease, name, failed }: StalledJob): void => {
    const { metrics, registry } = this.#services;
    metrics?.count(name, 'stalled');
    if (!failed) return;
    metrics?.count(name, 'failed');
    const { onFail, deadLetter = this.#services.deadLetter } = registry.get(name)?.options ?? {};
    if (onFail === undefined && deadLetter === undefined) return;
    const failing = failStalled(this.#services, lease, name).finally(() =>
      this.#failing.delete(failing),
    );
    this.#failing.add(failing);
  };

  /** Resolves when the hooks of jobs that failed without a run have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#failing);
  }

  /** Returns the outcome of a job that is not to run here; if that is final, its `onFail` or `onCancel` still runs. */
  async #refuse(
    claimed: ClaimedJob,
    { outcome, error }: NonNullable<ReturnType<typeof refusalOf>>,
  ): Promise<Outcome> {
    const { type } = outcome;
    if (type === 'fail' || type === 'cancel') {
      claimed.run = {
        hasHooks: true,
        recorded: (recorded) => recorded && endUnstarted(this.#services, claimed.job, type, error),
      };
    }
    const { deadLetter } = this.#services.registry.get(claimed.job.name)?.options ?? {};
    if (type === 'fail' && !isForDependency(claimed.job, outcome.error)) {
      await findWhole(this.#services, claimed.job);
    }
    return withLetter(this.#services, claimed.job, outcome, deadLetter);
  }
}
