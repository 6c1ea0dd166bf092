import type { Codec, IQueue, Job, JsonObject, JsonValue, LogLine } from '@philjs/jobs-core';
import type {
  BackendEvent,
  DependencyPage,
  JobRecord,
  ScheduleRecord,
  StepEntry,
  TickEntry,
} from '@philjs/jobs-core/backend';
import {
  codecOfContent,
  DEAD_LETTER,
  decode,
  internalsOf,
  takeTurn,
  toJob,
} from '@philjs/jobs-core/internal';
import { jobOfSchedule, MASK, type Redactor, toPlain } from '@philjs/jobs-core/redact';
import { type JobView, viewOf } from '../protocol/job-view.ts';
import { isOwned } from './owned-jobs.ts';

type Params = Readonly<Record<string, unknown>>;
type Call = (params: Params) => Promise<unknown>;

/** How many lines of a log before those to show are read: a secret that goes over several may begin in them. */
const BEFORE = 100;

/** Says whose eyes are to see what is masked, and in which queues. */
export interface MasksOptions {
  readonly queue: IQueue;
  readonly redactor: Redactor;
  /** The name of the token: it sees all of the jobs that it enqueued. */
  readonly token: string;
  /** Finds another queue of the server. */
  readonly queueOf: (name: string) => IQueue | undefined;
}

/** Masks what a token reads that may not see everything, in the same way as the dashboard. */
export class Masks {
  readonly #queue: IQueue;
  readonly #redactor: Redactor;
  readonly #token: string;
  readonly #queueOf: MasksOptions['queueOf'];

  constructor({ queue, redactor, token, queueOf }: MasksOptions) {
    this.#queue = queue;
    this.#redactor = redactor;
    this.#token = token;
    this.#queueOf = queueOf;
  }

  /** Makes a call of the protocol, and masks its answer. */
  async answer(path: string, params: Params, call: Call): Promise<unknown> {
    if (path === 'logs/read') return this.#logs(params, call);
    const answer = await call(params);
    switch (path) {
      case 'get':
        return answer && this.#record(answer as JobRecord);
      case 'list': {
        const page = answer as { readonly jobs: readonly JobRecord[] };
        return { ...page, jobs: await inTurns(page.jobs, (job) => this.#record(job)) };
      }
      case 'workflows/dependencies':
        return this.#dependencies(answer as DependencyPage);
      case 'steps/read':
        return this.#steps(params['id'] as string, answer as readonly StepEntry[]);
      case 'schedules/get':
        return answer && this.#schedule(answer as ScheduleRecord);
      case 'schedules/list': {
        const page = answer as { readonly schedules: readonly ScheduleRecord[] };
        return { ...page, schedules: await inTurns(page.schedules, (one) => this.#schedule(one)) };
      }
      case 'schedules/history':
        return inTurns(answer as readonly TickEntry[], (entry) => this.#tick(entry));
      default:
        return answer;
    }
  }

  /** Masks a job as the routes for producers answer it. */
  view(job: Job): JobView {
    if (isOwned(job, this.#token)) return viewOf(job, this.#codecOf(job.name));
    const { payload, result, ...rest } = this.#masked(job);
    const shown = {
      ...(result !== undefined && { result: plain(result) }),
      payload: plain(payload),
    };
    return viewOf({ ...rest, ...shown }, undefined);
  }

  /** Masks an event. Reads its job where the event says more than what happened: the job tells what is secret. */
  async event(event: BackendEvent): Promise<BackendEvent> {
    if (!('jobId' in event) || !saysMore(event)) return event;
    const { jobId: id, name: jobName = '' } = event;
    const job = (await this.#queue.getJob(id)) ?? jobOfSchedule({ id, jobName });
    if (isOwned(job, this.#token)) return event;
    if ('key' in event) return { ...event, key: this.#redactor.about(job, event.key) };
    if ('error' in event) {
      const { error = event.error } = this.#masked({ ...job, error: event.error });
      return { ...event, error };
    }
    if ('progress' in event) {
      return { ...event, progress: this.#masked({ ...job, progress: event.progress }).progress };
    }
    if (!('result' in event)) return event;
    const result = decode(this.#codecOf(jobName), event.result);
    return { ...event, result: plain(this.#masked({ ...job, result }).result) };
  }

  #codecOf(name: string): Codec | undefined {
    return internalsOf(this.#queue).codecOf(name);
  }

  /** Masks the parts of a job. One whose parts are too many to look at shows none of the last. */
  #masked(job: Job): Job {
    const masked = this.#redactor.job(job);
    const { metadata, progress } = masked;
    return {
      ...masked,
      metadata: typeof metadata === 'object' ? metadata : {},
      progress: typeof progress === 'string' ? {} : progress,
    };
  }

  #record(record: JobRecord): JobRecord {
    if (isOwned(record, this.#token)) return record;
    const job = this.#jobOf(record);
    const { payload, result, metadata, progress, error, tags, fairKey, failures } =
      this.#masked(job);
    const { result: _, failures: failed, order, cancelRequested, ...rest } = record;
    const about = (text: string): string => this.#redactor.about(job, text);
    return {
      ...withTexts(rest, ['deduplicationKey', 'concurrencyKey', 'rateKey'], about),
      payload: plain(payload),
      metadata,
      ...(rest.progress !== undefined && { progress }),
      ...(result !== undefined && { result: plain(result) }),
      ...(error && { error }),
      ...(tags && { tags }),
      ...(order && { order: { ...order, ...(fairKey !== undefined && { fairKey }) } }),
      ...(cancelRequested && { cancelRequested: withTexts(cancelRequested, ['reason'], about) }),
      ...(failed && {
        failures: failed.map((one, at) => ({ ...one, error: failures?.[at]?.error ?? one.error })),
      }),
    };
  }

  /** Reads a job as its queue does; in a dead letter also the payload of the failed job. */
  #jobOf(record: JobRecord): Job {
    const codec = this.#codecOf(record.name);
    const job = toJob(record, { queueName: this.#queue.name, codec });
    if (record.name !== DEAD_LETTER) return job;
    const letter = (record.payload ?? {}) as { readonly payload?: JsonValue };
    const payload = decode(this.#codecOfContent(record), letter.payload);
    return { ...job, payload: { ...letter, ...(payload !== undefined && { payload }) } };
  }

  #codecOfContent(record: JobRecord): Codec | undefined {
    return codecOfContent(internalsOf(this.#queue), record, this.#queueOf);
  }

  async #logs(params: Params, call: Call): Promise<unknown> {
    const { id, offset = 0, limit } = params as { id: string; offset?: number; limit?: number };
    const job = await this.#queue.getJob(id);
    if (job !== undefined && isOwned(job, this.#token)) return call(params);
    const before = Math.min(offset, BEFORE);
    const wider = {
      offset: offset - before,
      ...(limit !== undefined && { limit: limit + before }),
    };
    const log = (await call({ ...params, ...wider })) as { readonly lines: readonly LogLine[] };
    return { ...log, lines: this.#redactor.logs(job, log.lines, true).slice(before) };
  }

  /** Masks what a job waits for by what each of these jobs says is secret in it. */
  async #dependencies(page: DependencyPage): Promise<DependencyPage> {
    const dependencies = await inTurns(page.dependencies, async ({ result, error, ...rest }) => {
      if (result === undefined && error === undefined) return rest;
      const job = await this.#queueOf(rest.queueName)?.getJob(rest.id);
      if (job !== undefined && isOwned(job, this.#token)) {
        return { ...rest, ...(result !== undefined && { result }), ...(error && { error }) };
      }
      const masked = job && this.#masked(job);
      const hidden = error && { name: error.name, message: MASK };
      return {
        ...rest,
        ...(result !== undefined && { result: plain(masked?.result) ?? MASK }),
        ...(error && hidden && { error: masked?.error ?? hidden }),
      };
    });
    return { ...page, dependencies };
  }

  async #steps(id: string, entries: readonly StepEntry[]): Promise<readonly StepEntry[]> {
    const record = await this.#queue.backend.get({ id });
    if (record === undefined || isOwned(record, this.#token)) return entries;
    const job = this.#jobOf(record);
    const codec = this.#codecOfContent(record);
    return inTurns(entries, ({ key, text }) => {
      const mark = JSON.parse(text) as Pick<JobRecord, 'result' | 'error'>;
      const { error } = mark;
      const result = decode(codec, mark.result);
      const masked = this.#masked({ ...job, result, ...(error && { error }) });
      const shown = {
        ...(result !== undefined && { result: plain(masked.result) }),
        ...(error && { error: masked.error }),
      };
      return {
        key: this.#redactor.about(job, key),
        text: JSON.stringify({ ...mark, ...shown }),
      };
    });
  }

  #schedule(record: ScheduleRecord): ScheduleRecord {
    const { id, jobName, spec, state } = record;
    const { payload, metadata } = (spec['job'] ?? {}) as Partial<JobRecord>;
    const job = jobOfSchedule({
      id,
      jobName,
      payload: decode(this.#codecOf(jobName), payload),
      ...(metadata && { options: { enqueueOptions: { metadata } } }),
    });
    const masked = this.#masked(job);
    const shown = (value: JsonObject): JsonObject =>
      toPlain(value, (one) =>
        typeof one === 'string' ? this.#redactor.about(job, one) : undefined,
      ) as JsonObject;
    const template = {
      ...(payload !== undefined && { payload: plain(masked.payload) }),
      ...(metadata && { metadata: masked.metadata }),
    };
    const { job: stored, ...rest } = spec;
    return {
      ...record,
      spec: {
        ...shown(rest),
        ...(stored !== undefined && { job: { ...shown(stored as JsonObject), ...template } }),
      } as JsonObject,
      state: shown(state),
    };
  }

  /** Masks why a run of a schedule failed, which its job tells what is secret in: one that is gone tells nothing. */
  async #tick(entry: TickEntry): Promise<TickEntry> {
    const { scheduleId, tickAt, detail } = entry;
    // As the scheduler packs it: the error is the seventh of a list, and its job the eighth, where it has another id.
    const { f } = detail as { readonly f?: readonly JsonValue[] };
    const error = f === undefined ? detail['error'] : f[6];
    if (typeof error !== 'string') return entry;
    const id = f === undefined ? detail['jobId'] : f[7];
    const own = `schedule:${scheduleId}:${new Date(tickAt).toISOString()}`;
    const job = await this.#queue.getJob(typeof id === 'string' ? id : own);
    const masked = job === undefined ? MASK : this.#redactor.about(job, error);
    return { ...entry, detail: f ? { f: f.with(6, masked) } : { ...detail, error: masked } };
  }
}

/** Returns whether an event has a part that may hold a secret. */
function saysMore(event: BackendEvent): boolean {
  if ('error' in event || 'key' in event) return true;
  const part = 'progress' in event ? event.progress : 'result' in event ? event.result : undefined;
  return typeof part === 'string' || (typeof part === 'object' && part !== null);
}

/** Writes a masked value, which may be one of a codec, as JSON. */
function plain(value: unknown): JsonValue {
  return toPlain(value, (one) => (typeof one === 'bigint' ? String(one) : undefined)) as JsonValue;
}

function withTexts<T extends object>(
  of: T,
  names: readonly (keyof T)[],
  mask: (text: string) => string,
): T {
  const texts = names.flatMap((name) => {
    const text = of[name];
    return typeof text === 'string' ? [[name, mask(text)]] : [];
  });
  return { ...of, ...Object.fromEntries(texts) };
}

/** Changes each item, and lets others have the process in between. */
async function inTurns<T, R>(
  items: readonly T[],
  change: (item: T) => R | Promise<R>,
): Promise<R[]> {
  const changed: R[] = [];
  for (const item of items) {
    changed.push(await change(item));
    await takeTurn();
  }
  return changed;
}
