import { detached } from '../clock/detached.ts';
import type { ClaimedJob, ConsumeParams, StalledJob } from '../contract/consumer.ts';
import type { Outcome } from '../contract/outcome.ts';
import { InFlight } from '../in-flight/in-flight.ts';
import { refusalOf } from './admission.ts';
import { endUnstarted } from './end-unstarted.ts';
import { JobRun } from './job-run.ts';
import { LateStarts } from './late-starts.ts';
import type { RunServices } from './run-services.ts';

interface Start {
  readonly claimed: ClaimedJob;
  readonly settle: (outcome: Outcome) => void;
}

/** Runs the jobs a consumer claims: what a queue gives to `Backend.consume`. Sees no async context of its callers. */
export class Executor {
  readonly #services: RunServices;
  readonly #runs = new InFlight<JobRun>();
  readonly #late: LateStarts;

  constructor(services: RunServices) {
    this.#services = services;
    this.#late = new LateStarts(services.clock, () => services.queue.logger);
  }

  /** Runs a claimed job and answers what to record. Never rejects. */
  readonly execute = (claimed: ClaimedJob): Promise<Outcome> =>
    new Promise((resolve) => this.start(claimed, resolve));

  /** Runs a claimed job, and tells by a call what to record. */
  readonly start = (claimed: ClaimedJob, settle: (outcome: Outcome) => void): void =>
    detached(this.#start, { claimed, settle });

  readonly #start = ({ claimed, settle }: Start): void => {
    const { job, startBy } = claimed;
    const { registry, clock } = this.#services;
    const definition = registry.get(job.name);
    const startedAt = clock.now();
    const refusal = refusalOf(job, definition, startedAt);
    if (refusal !== undefined) {
      void this.#refuse(claimed, refusal).then(settle);
      return;
    }
    if (definition === undefined) throw new TypeError('A job without definition is always refused');
    const runs = this.#runs;
    const services = this.#services;
    const told = startBy === undefined ? settle : this.#notingLate(job.name, settle);
    const run = new JobRun({ services, definition, job, startedAt, startBy, runs, settle: told });
    runs.add(run);
    run.start();
  };

  #notingLate(name: string, settle: Start['settle']): Start['settle'] {
    return (outcome) => {
      if (outcome.type === 'unstarted' && outcome.keys === undefined) this.#late.note(name);
      settle(outcome);
    };
  }

  /** Aborts a run under way here; answers whether there was one. */
  readonly abort: ConsumeParams['abort'] = (params) => detached(this.#abort, params);

  readonly #abort: ConsumeParams['abort'] = ({ lease, error, force = false }) => {
    const run = this.#runs.find(({ jobId, fencingToken }) => {
      return jobId === lease.id && fencingToken === lease.fencingToken;
    });
    run?.abort(error, force);
    return run !== undefined;
  };

  /** Counts a job whose lease ran out. */
  readonly onStalled = ({ name, failed }: StalledJob): void => {
    const { metrics } = this.#services;
    metrics?.count(name, 'stalled');
    if (failed) metrics?.count(name, 'failed');
  };

  /** Answers for a job that is not to run here; one that ends so still calls its `onFail` or `onCancel`. */
  async #refuse(
    { job }: ClaimedJob,
    { outcome, error }: NonNullable<ReturnType<typeof refusalOf>>,
  ): Promise<Outcome> {
    if (outcome.type === 'fail' || outcome.type === 'cancel') {
      await endUnstarted(this.#services, job, outcome.type, error);
    }
    return outcome;
  }
}
