import type { Backend } from '../contract/backend.ts';
import type { StepStore } from '../contract/step-store.ts';
import { jobNotFoundError, notSupported } from '../errors/error-factories.ts';
import { signalRefusedError } from '../errors/step-errors.ts';
import { checkId, checkName } from '../job/check-name.ts';
import { encodeValue } from '../job/encode-value.ts';
import { toJson } from '../json/to-json.ts';
import type { QueueInternals } from '../run/queue-internals.ts';
import { marksOf, type StepMark, stepKey, stepOfKey } from '../run/step-marks.ts';
import { StepRoom } from '../run/step-room.ts';
import { codecOfContent } from './codec-of-content.ts';
import type { Job } from './job.ts';
import type { IQueue } from './queue-interface.ts';
import type { JobStep, StepCalls } from './step-calls.ts';
import { decode } from './to-job.ts';

/** Reads the steps of jobs, and sends signals to them, over the optional part `steps`. */
export class JobSteps implements StepCalls {
  readonly #backend: Backend;
  readonly #now: () => number;
  readonly #internals: QueueInternals;

  constructor(backend: Backend, internals: QueueInternals, now: () => number) {
    this.#backend = backend;
    this.#internals = internals;
    this.#now = now;
  }

  async getSteps(job: Pick<Job, 'id'> | string): Promise<readonly JobStep[]> {
    const id = idOf(job);
    const store = this.#store;
    const [record, entries] = await Promise.all([this.#backend.get({ id }), store.read({ id })]);
    if (record === undefined) return [];
    const { group } = this.#internals;
    const queueOf = (name: string): IQueue | undefined => group?.all.find((q) => q.name === name);
    const codec = codecOfContent(this.#internals, record, queueOf);
    const marks = marksOf(entries);
    const now = this.#now();
    return [...marks]
      .sort(([, a], [, b]) => inOrder(a, b))
      .map(([key, mark]) => ({ ...stepOfKey(key), mark }))
      .filter(({ kind, name }) => kind !== 'signal' || !isTaken(marks.get(stepKey('wait', name))))
      .map(({ kind, name, mark }) => {
        const { result } = mark;
        return {
          ...toStep(kind, name, mark, now),
          ...(result !== undefined && { result: decode(codec, result) }),
        };
      });
  }

  async signal(job: Pick<Job, 'id'> | string, event: string, payload?: unknown): Promise<void> {
    const id = idOf(job);
    checkName('event', event);
    const store = this.#store;
    const record = await this.#backend.get({ id });
    if (record === undefined) throw jobNotFoundError(id);
    const code = 'JOBS_PAYLOAD_NOT_SERIALIZABLE';
    const encoded = encodeValue(this.#internals.codecOf(record.name), payload, 'payload', code);
    const result = toJson(encoded, 'payload', code, {
      maxBytes: this.#internals.maxPayloadBytes,
      code: 'JOBS_PAYLOAD_TOO_LARGE',
      option: 'maxPayloadBytes',
    });
    const now = this.#now();
    const key = stepKey('signal', event);
    const text = JSON.stringify({ at: now, result } satisfies StepMark);
    const entries = await store.read({ id });
    if (isTaken(marksOf(entries).get(stepKey('wait', event)))) {
      throw signalRefusedError(id, event, 'the job has got one, or waits no longer');
    }
    new StepRoom(id, entries).take(key, text);
    const answer = await store.signal({ id, key, text, now });
    if (answer === 'not-found') throw jobNotFoundError(id);
    if (answer === 'ended') throw signalRefusedError(id, event, 'the job has ended');
  }

  get #store(): StepStore {
    const { steps, name } = this.#backend;
    if (steps === undefined) throw notSupported(name, 'steps');
    return steps;
  }
}

function idOf(job: Pick<Job, 'id'> | string): string {
  return checkId('id', typeof job === 'object' ? job?.id : job);
}

/** Compares marks by when they began; of one millisecond, what has ended comes first. */
function inOrder(a: StepMark, b: StepMark): number {
  const ended = (mark: StepMark): number => mark.endedAt ?? Number.MAX_SAFE_INTEGER;
  return a.at - b.at || ended(a) - ended(b);
}

/** Returns whether a job needs the signal of a wait no more. */
function isTaken(wait: StepMark | undefined): boolean {
  return wait?.endedAt !== undefined;
}

function toStep(
  kind: JobStep['kind'],
  name: string,
  mark: StepMark,
  now: number,
): Omit<JobStep, 'result'> {
  const { at, until, tries, error } = mark;
  // The date of a sleep is all that is stored of it.
  const isOver = kind === 'sleep' && until !== undefined && until <= now;
  const endedAt = mark.endedAt ?? (isOver ? until : undefined);
  return {
    name,
    kind,
    status: statusOf(kind, mark, endedAt),
    startedAt: new Date(at),
    ...(endedAt !== undefined && { endedAt: new Date(endedAt) }),
    ...(endedAt === undefined && until !== undefined && { until: new Date(until) }),
    ...(tries !== undefined && { failedTries: tries }),
    ...(error !== undefined && { error }),
  };
}

function statusOf(
  kind: JobStep['kind'],
  { isLate }: StepMark,
  endedAt: number | undefined,
): JobStep['status'] {
  if (isLate) return 'timed-out';
  if (kind === 'signal' || endedAt !== undefined) return 'completed';
  return kind === 'step' ? 'retrying' : 'waiting';
}
