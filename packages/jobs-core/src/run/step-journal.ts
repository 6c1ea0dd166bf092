import type { JobRecord } from '../contract/job-record.ts';
import type { StepStore } from '../contract/step-store.ts';
import { leaseLostError, notSupported } from '../errors/error-factories.ts';
import { mayHaveSteps } from './kept-steps.ts';
import type { RunControl } from './run-control.ts';
import type { StartedRun } from './started-run.ts';
import { marksOf, type StepMark } from './step-marks.ts';
import { StepRoom } from './step-room.ts';

/** Reads what earlier runs of a job stored of its steps, once in a run, and stores what this one adds. */
export class StepJournal {
  readonly #store: StepStore;
  readonly #job: JobRecord;
  readonly #control: RunControl;
  readonly #room: StepRoom;
  #reading: Promise<ReadonlyMap<string, StepMark>> | undefined;

  /** @throws JobsError `JOBS_NOT_SUPPORTED` */
  constructor({ services: { backend }, job, control }: StartedRun) {
    if (backend.steps === undefined) throw notSupported(backend.name, 'steps');
    this.#store = backend.steps;
    this.#job = job;
    this.#control = control;
    this.#room = new StepRoom(job.id);
  }

  /** Reads the entries. Most jobs that start for the first time have none: their steps cost no more than their writes. */
  read(): Promise<ReadonlyMap<string, StepMark>> {
    this.#reading ??= mayHaveSteps(this.#job) ? this.readAgain() : Promise.resolve(new Map());
    return this.#reading;
  }

  /** Reads the entries as they are now. */
  async readAgain(): Promise<ReadonlyMap<string, StepMark>> {
    const entries = await this.#store.read({ id: this.#job.id });
    this.#room.count(entries);
    return marksOf(entries);
  }

  /** @throws JobsError `JOBS_STEPS_FULL` when there is no room for one entry more */
  checkRoom(name: string): void {
    this.#room.check(name);
  }

  /** Stores an entry under the lease. @throws JobsError `JOBS_STEPS_FULL`, `JOBS_LEASE_LOST` */
  async write(key: string, mark: StepMark): Promise<void> {
    const { id, fencingToken } = this.#job;
    const lease = { id, fencingToken };
    if (this.#control.isOver) throw leaseLostError(lease);
    const text = JSON.stringify(mark);
    // Counted before it is stored: several steps may end at the same time.
    this.#room.take(key, text);
    const held =
      this.#control.abortedBy?.code !== 'JOBS_LEASE_LOST' &&
      (await this.#store.write({ lease, key, text }));
    if (held) return;
    const error = leaseLostError(lease);
    this.#control.abort(error);
    throw error;
  }
}
