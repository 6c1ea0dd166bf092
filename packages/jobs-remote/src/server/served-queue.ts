import { type IQueue, JobsError, type WorkerInfo } from '@philjs/jobs-core';
import type { ExchangeAnswer, ExchangeParams, LeaseStore } from '@philjs/jobs-core/backend';
import { leaveAlone, ROLES_OF } from '@philjs/jobs-core/internal';
import type { Access } from './access.ts';
import { Masks, type MasksOptions } from './masks.ts';
import { type Notice, RemoteWorkers } from './remote-workers.ts';

/** How many times in a row the store may say that it stopped halfway without handing out a job. */
const MOST_SLICES = 20;
/** When to look again at what is overdue, and cannot start, as in a paused queue: in milliseconds. */
const OVERDUE_MS = 100;

/** Says how a server masks what its callers read. */
export type Masking = Pick<MasksOptions, 'redactor' | 'queueOf'>;

/** The parts of the parameters of a call that the server reads. */
type Params = Readonly<Record<string, unknown>>;

/** Serves the calls to one queue: those of its backend, and those by which workers elsewhere get its jobs. */
export class ServedQueue {
  readonly queue: IQueue;
  readonly #masking: Masking | undefined;
  readonly #workers: RemoteWorkers;
  /** How many times in a row the store said that it stopped halfway. */
  #slices = 0;
  #watching: Promise<() => void> | undefined;

  constructor(queue: IQueue, masking?: Masking) {
    this.queue = queue;
    this.#masking = masking;
    this.#workers = new RemoteWorkers(queue);
  }

  /**
   * Makes a call of the protocol, with its parameters as the contract has them.
   *
   * @param names - the jobs that may be handed out to the caller; absent: all
   *
   * @throws JobsError as the method of the backend does; `JOBS_NOT_SUPPORTED` when the backend lacks it
   */
  async call(
    { part, method }: { readonly part?: string; readonly method: string },
    params: Params,
    signal: AbortSignal,
    names?: ReadonlySet<string>,
  ): Promise<unknown> {
    if (part === 'leases' && method === 'exchange') {
      return this.#exchange(params as unknown as ExchangeParams, names);
    }
    if (part === 'leases') return this.#work(method, params, signal);
    const backend = this.queue.backend as unknown as Readonly<Record<string, object | undefined>>;
    const target = part === undefined ? backend : backend[part];
    const call = (target as Readonly<Record<string, unknown>> | undefined)?.[method];
    if (typeof call !== 'function') throw this.#lacks(part ?? method);
    return (call as (params: Params) => unknown).call(target, params);
  }

  /** Returns the masks for what a caller reads; none for an operator, or where the server masks nothing. */
  masksFor({ name: token, roles }: Access): Masks | undefined {
    if (this.#masking === undefined || ROLES_OF.reveal.some((role) => roles.has(role)))
      return undefined;
    return new Masks({ ...this.#masking, queue: this.queue, token });
  }

  /** Ends all calls that wait. */
  async close(): Promise<void> {
    this.#workers.close();
    const end = await this.#watching?.catch(() => undefined);
    end?.();
  }

  #work(method: string, params: Params, signal: AbortSignal): Promise<unknown> {
    if (method === 'extend') {
      const extend = params as unknown as Parameters<LeaseStore['extend']>[0];
      this.#workers.heard(workerOf(extend.holder));
      return Promise.resolve(this.#leases.extend(extend));
    }
    if (method === 'leave') return this.#workers.leave(params['holder'] as string);
    const { worker, waitMs } = params as unknown as { worker: WorkerInfo; waitMs: number };
    return this.#wait(worker, waitMs, signal);
  }

  async #wait(worker: WorkerInfo, waitMs: number, signal: AbortSignal): Promise<Notice> {
    await this.#watch();
    return this.#workers.wait(worker, waitMs, signal);
  }

  async #exchange(
    params: ExchangeParams,
    names: ReadonlySet<string> | undefined,
  ): Promise<ExchangeAnswer> {
    const { limit, ahead = 0 } = params;
    const worker = workerOf(params.holder);
    this.#workers.heard(worker);
    const answer = await this.#leases.exchange(params);
    const { jobs } = answer;
    // One that only says that it lives, or what ended, may have free slots all the same.
    if (limit === 0) return answer;
    this.#workers.gate.answered(worker, {
      gotJobs: jobs.length > 0,
      isHungry: jobs.length < limit - ahead,
      hasMore: jobs.length >= limit,
      inMs: this.#moreIn(answer),
    });
    return names === undefined ? answer : this.#only(names, params, answer);
  }

  /** Puts the jobs of other names back, as a worker that does not know them, and leaves them out of an answer. */
  async #only(
    names: ReadonlySet<string>,
    { stalls, leaseMs }: ExchangeParams,
    answer: ExchangeAnswer,
  ): Promise<ExchangeAnswer> {
    const { handles: _, now, ...rest } = answer;
    const isKnown = ({ name }: { readonly name: string }): boolean => names.has(name);
    const ended = answer.jobs
      .filter((job) => !isKnown(job))
      .map(({ id, fencingToken, ...job }) => ({
        lease: { id, fencingToken },
        outcome: leaveAlone(job, 'unknown-job', now).outcome,
      }));
    if (ended.length > 0) {
      const holder = `server:${crypto.randomUUID()}`;
      const nothing = { limit: 0, isStopping: true, limits: new Map() };
      await this.#leases.exchange({ holder, sequence: 1, ended, now, leaseMs, stalls, ...nothing });
    }
    const stalled = answer.stalled.filter(isKnown);
    return { ...rest, now, jobs: answer.jobs.filter(isKnown), stalled };
  }

  /** Returns in how many milliseconds the store has more: at once where it stopped halfway, unless it goes on saying so. */
  #moreIn({ jobs, nextAt, now }: ExchangeAnswer): number | undefined {
    if (nextAt !== undefined && nextAt === now && this.#slices < MOST_SLICES) {
      this.#slices += jobs.length === 0 ? 1 : 0;
      return 0;
    }
    this.#slices = 0;
    if (nextAt === undefined) return undefined;
    return nextAt > now ? nextAt - now : OVERDUE_MS;
  }

  /** Watches the store once for all workers. */
  #watch(): Promise<() => void> {
    this.#watching ??= Promise.resolve(
      this.#leases.watch?.({
        onReady: () => this.#workers.gate.ready(),
        onCancel: (cancellation) => this.#workers.cancel(cancellation),
      }) ?? (() => undefined),
    );
    this.#watching.catch(() => {
      this.#watching = undefined;
    });
    return this.#watching;
  }

  get #leases(): LeaseStore {
    const { leases } = this.queue.backend;
    if (leases === undefined) throw this.#lacks('leases');
    return leases;
  }

  #lacks(name: string): JobsError {
    const { backend } = this.queue;
    return new JobsError(
      'JOBS_NOT_SUPPORTED',
      `The server's backend \`${backend.name}\` has no \`${name}\`. Serve a queue of a backend that has it.`,
      { details: { backend: backend.name, part: name } },
    );
  }
}

/** Returns the worker of a holder: after calls that stayed lost it goes on under another name, `worker~1`. */
function workerOf(holder: string): string {
  return holder.replace(/~\d+$/, '');
}
