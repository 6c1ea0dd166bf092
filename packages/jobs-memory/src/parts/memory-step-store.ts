import type { SignalResult, StepEntry, StepStore } from '@philjs/jobs-core/backend';
import { ENDED_STATUSES } from '@philjs/jobs-core/internal';
import type { JobChanges } from '../jobs/job-changes.ts';
import type { MemoryLeaseStore } from '../lease/memory-lease-store.ts';
import type { QueueState } from '../state/queue-state.ts';
import { rareOf, type StoredJob } from '../state/stored-job.ts';

/** Holds what the steps of a queue work on. */
interface Session {
  readonly state: QueueState;
  readonly leases: MemoryLeaseStore;
  readonly changes: JobChanges;
}

/** Keeps what steps leave inside their jobs, so that they are removed together. */
export class MemoryStepStore implements StepStore {
  readonly #use: () => Session;

  constructor(use: () => Session) {
    this.#use = use;
  }

  /** Reads the entries of a job. */
  async read({ id }: Parameters<StepStore['read']>[0]): Promise<StepEntry[]> {
    const steps = this.#use().state.table.get(id)?.rare?.steps ?? [];
    return [...steps].map(([key, text]) => ({ key, text }));
  }

  /** Stores an entry if the lease is held. */
  async write({ lease, key, text }: Parameters<StepStore['write']>[0]): Promise<boolean> {
    const job = this.#use().leases.held(lease);
    if (job !== undefined) keep(job, key, text);
    return job !== undefined;
  }

  /** Stores an entry from outside; makes a job ready that waits for one. */
  async signal(params: Parameters<StepStore['signal']>[0]): Promise<SignalResult> {
    const { id, key, text, now } = params;
    const { state, changes } = this.#use();
    const job = state.table.get(id);
    if (job === undefined) return 'not-found';
    if (ENDED_STATUSES.includes(job.status)) return 'ended';
    keep(job, key, text);
    if (job.rare?.snoozeReason === 'signal') changes.promote([id], now);
    return 'stored';
  }

  /** Removes the entries of a job that has ended. */
  async clear({ id }: Parameters<StepStore['clear']>[0]): Promise<boolean> {
    const job = this.#use().state.table.get(id);
    if (job === undefined || !ENDED_STATUSES.includes(job.status)) return false;
    job.rare?.steps?.clear();
    return true;
  }
}

function keep(job: StoredJob, key: string, text: string): void {
  const rare = rareOf(job);
  rare.steps ??= new Map();
  rare.steps.set(key, text);
}
