import { checkOptions } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { JobUpdate } from '../contract/update-store.ts';
import { jobNotFoundError, keyHeldError, notSupported } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import { newJobId } from '../job/new-job-id.ts';
import { stepsOf, withSteps } from '../run/kept-steps.ts';
import { checkEnqueueOptions } from './check-enqueue-options.ts';
import { addToMetadata, checkMetadata } from './check-metadata.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import { payloadChange } from './payload-facts.ts';
import type { JobPreparer } from './prepare-job.ts';
import { reservedOf } from './reserved-metadata.ts';
import type { StepChoice } from './retry-options.ts';
import { PAYLOAD_FROM } from './step-item.ts';
import { type WaitingAsBefore, waitingAsBefore } from './waiting-as-before.ts';

const CHANGEABLE = ['payload', 'priority', 'runAt', 'delay', 'attempts', 'metadata'];

/** Says which fields of a waiting job to change. An absent field, and one that is `undefined`, stays. */
export interface UpdateJobOptions
  extends Pick<EnqueueOptions, 'priority' | 'runAt' | 'delay' | 'attempts' | 'metadata'> {
  /** Its payload; checked as when it is enqueued. */
  readonly payload?: unknown;
}

interface JobUpdatesOptions {
  readonly queueName: string;
  readonly backend: Backend;
  readonly registry: JobRegistry;
  readonly preparer: JobPreparer;
}

/** The advice where a job runs, most often to its own handler. */
const KEEP =
  'A handler keeps what its next run needs by `ctx.updateProgress`, and finds it in `ctx.progress`.';

const ANOTHER = 'Enqueue another one with the changes: `queue.enqueue(job, payload)`.';

/** Changes stored jobs, and enqueues copies of them. */
export class JobUpdates {
  readonly #options: JobUpdatesOptions;

  constructor(options: JobUpdatesOptions) {
    this.#options = options;
  }

  /** Changes a waiting or delayed job; see `IQueue.updateJob`. */
  async update(id: string, changes: UpdateJobOptions): Promise<void> {
    const { backend } = this.#options;
    checkOptions('changes', changes, CHANGEABLE);
    const { payload: _, ...options } = changes;
    checkEnqueueOptions(options);
    if (backend.updates === undefined) throw notSupported(backend.name, 'updates');
    const record = await this.#find(id);
    const update = await this.#updateOf(record, changes);
    if ((await backend.updates.update({ ids: [id], changes: update })) > 0) return;
    const now = await this.#find(id);
    const why =
      now.status === 'blocked'
        ? 'it waits for other jobs. Change it when they have ended, or cancel it and enqueue another one.'
        : `it does not wait, it is ${now.status}. ${now.status === 'active' ? KEEP : ANOTHER}`;
    throw new JobsError('JOBS_CONFLICT', `Job \`${id}\` cannot be changed: ${why}`, {
      details: { jobId: id },
    });
  }

  /** Enqueues a copy of a completed job; see `IQueue.rerunJob`. */
  async rerun(id: string, { steps }: StepChoice): Promise<NewJob> {
    const { backend } = this.#options;
    const record = await this.#find(id);
    if (record.status !== 'completed') {
      const advice =
        record.status === 'failed' || record.status === 'cancelled' ? ' Retry it.' : '';
      throw new JobsError(
        'JOBS_CONFLICT',
        `Job \`${id}\` cannot be run again: it has not completed, it is ${record.status}.${advice}`,
        { details: { jobId: id } },
      );
    }
    const like = await this.#like(record);
    const { dependsOn, mark } = await this.#stillStored(record);
    const kept = steps === 'keep' ? await stepsOf(backend, id) : [];
    const job = withSteps({ ...like, metadata: mark(like.metadata) }, kept);
    const waiting = { ...job, dependsOn, onDependencyFailure: 'continue' } as const;
    const added = await (dependsOn.length === 0
      ? backend.add({ jobs: [job] })
      : backend.workflows?.add({ jobs: [waiting] }));
    const heldBy = added?.[0]?.id ?? job.id;
    if (heldBy === job.id) return job;
    throw heldBy === id ? holdsItself(id) : keyHeldError({ jobId: id, heldBy });
  }

  /** Finds what a completed job waited for, whose results its handler reads again, as far as it is stored. */
  async #stillStored(record: JobRecord): Promise<WaitingAsBefore> {
    const { backend, queueName } = this.#options;
    const { id, metadata, dependencies } = record;
    const waiting = await waitingAsBefore(backend, queueName, record);
    const source = dependencies && metadata[PAYLOAD_FROM];
    if (source === undefined || waiting.given > 0) return waiting;
    throw new JobsError(
      'JOBS_NOT_FOUND',
      `Job \`${id}\` cannot be run again: its payload has a part from job \`${source}\`, which was removed. Enqueue it with the whole payload.`,
      { details: { jobId: id } },
    );
  }

  /**
   * Makes a copy of a stored job. Its payload stays as stored, so that its own version can still read it, and what was
   * made from it. The copy takes over no job that waits, so it holds its key until it ends, whatever its definition says.
   */
  async #like(record: JobRecord): Promise<NewJob> {
    const { registry, preparer } = this.#options;
    const definition = registry.get(record.name);
    const { expiresIn, keepCompleted, keepFailed, keepCancelled, createdAt } =
      preparer.defaults(definition);
    const { concurrencyKey, rateKey, timeoutMs, tags, order, deduplicationKey: key } = record;
    // When it was put back by hand it lost its own; a delay before its start counts with it.
    const expiresAfter =
      record.expiresAt === undefined ? expiresIn : record.expiresAt - record.createdAt;
    return {
      id: newJobId(),
      name: record.name,
      payload: record.payload,
      version: record.version,
      priority: record.priority,
      createdAt,
      runAt: createdAt,
      maxAttempts: record.maxAttempts,
      keepCompleted,
      keepFailed,
      keepCancelled,
      metadata: addToMetadata(record.metadata, 'rerunOf', record.id),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(tags !== undefined && { tags }),
      ...(order !== undefined && { order }),
      ...(expiresAfter !== undefined && { expiresAt: createdAt + expiresAfter }),
      ...(key !== undefined && { deduplication: { key, mode: 'drop' as const } }),
      ...(concurrencyKey !== undefined && { concurrencyKey }),
      ...(rateKey !== undefined && { rateKey }),
    };
  }

  async #updateOf(record: JobRecord, changes: UpdateJobOptions): Promise<JobUpdate> {
    const { preparer } = this.#options;
    const { payload, priority, attempts, metadata, runAt, delay } = changes;
    if (priority !== undefined) preparer.checkPriority(priority);
    const waits = record.status === 'waiting' || record.status === 'delayed';
    // A form may send all fields: with the priority that it has, a job keeps its place.
    const isMoved = priority !== undefined && !(waits && priority === record.priority);
    return {
      ...(payload !== undefined && { payload: await this.#payload(record, payload) }),
      ...(isMoved && { priority }),
      ...(attempts !== undefined && { maxAttempts: attempts }),
      ...(metadata !== undefined && { metadata: metadataOf(record, metadata) }),
      ...((runAt !== undefined || delay !== undefined) && {
        runAt: preparer.runAt({ runAt, delay }),
      }),
      ...(runAt === undefined && delay !== undefined && { delayMs: Math.ceil(delay) }),
    };
  }

  async #payload(record: JobRecord, payload: unknown): Promise<JobUpdate['payload'] & object> {
    const { preparer, registry } = this.#options;
    const definition = registry.resolve(record.name);
    return payloadChange(definition, record, await preparer.prepare(definition, payload));
  }

  async #find(id: string): Promise<JobRecord> {
    const record = await this.#options.backend.get({ id });
    if (record !== undefined) return record;
    throw jobNotFoundError(id);
  }
}

/** Returns the metadata to store: a step of a chain stays the step after another one, and a job its token's. */
function metadataOf(
  { metadata }: JobRecord,
  given: Readonly<Record<string, unknown>>,
): JobRecord['metadata'] {
  return { ...checkMetadata(given), ...reservedOf(metadata) };
}

/** Makes the error for a job whose key has a time limit that outlives it. */
function holdsItself(id: string): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `Job \`${id}\` cannot be run again yet: it holds its deduplication key until the \`ttl\` of that is over. Enqueue its payload with \`deduplicate: false\`.`,
    { details: { jobId: id, heldBy: id } },
  );
}
