import type {
  ExchangeAnswer,
  ExchangeParams,
  Lease,
  LeaseCancellation,
  LeaseStore,
} from '@philjs/jobs-core/backend';
import { KEPT_ANSWERS, stallsText } from '@philjs/jobs-core/backend';
import { ForeignJobs } from '../bullmq-adapter/foreign-jobs.ts';
import { isTestedVersion } from '../bullmq-adapter/tested-version.ts';
import type { SharedRead } from '../connection/shared-read.ts';
import { decodeJobId, heldJobId } from '../keys/job-id.ts';
import { cancelRequestOf } from '../record/job-hash.ts';
import type { ScriptArgument } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { endedArguments, isPlain } from './ended-arguments.ts';
import { type ExchangeReply, readReply } from './exchange-reply.ts';
import { exchangeScript } from './exchange-script.ts';
import { extendScript } from './held-job-scripts.ts';
import { LimitKeeper } from './limit-keeper.ts';
import { MarkerWait } from './marker-wait.ts';
import { plainExchangeScript } from './plain-exchange-script.ts';

/** How long one try waits for the server, in milliseconds; a large call has longer. */
const TIMEOUT_MS = 5000;
/** For how long at most the plain script is not tried after it was refused, in milliseconds. */
const WHOLE_MS = 1000;
/** How many leases one script renews. */
const BATCH = 500;

/**
 * Keeps the leases of one worker, for core's loop. A job's way, from being added to its end:
 *
 * ```text
 *   add-jobs-script, add-workflow-script       exchange-script: one call for many jobs, in this order
 *   ─► delayed      (set, by time)             1. ended: completed, failed, cancelled; or it waits again
 *   ─► pj:blocked   (for other jobs)           2. lost by other holders: waits again
 *   ─► ready: prioritized  (set, by position)  3. blocked, and all have ended: ready, or delayed
 *      or its line, where its name is limited  4. delayed, and due: ready
 *      or the queue has an order               5. ready, and may run: active, locked, handed out
 *                                                 ─► core runs it ─► 1.
 * ```
 *
 * Between 5 and 1 those of `held-job-scripts` renew the lock and store progress. {@link MarkerWait} waits for the server's sign
 * that an idle worker should ask again. A job of ours that completes goes a shorter way, `plain-exchange-script`, with what was
 * remembered of it in its handle; for all others the script that ends a job reads its hash. A job that BullMQ must end itself
 * goes from 1 to `foreign-jobs`.
 */
export class RedisLeaseStore implements LeaseStore {
  /** Waits for what wakes the worker. */
  readonly marker: MarkerWait;
  readonly #store: QueueStore;
  readonly #foreign: ForeignJobs;
  readonly #limits: LimitKeeper;
  /** Whether the last answer held fewer jobs than the worker had free slots. */
  #isIdle = true;
  /** The error of stalled jobs, which hardly changes, and its text. */
  #stall: { readonly error?: ExchangeParams['stalls']['error']; readonly text: string } = {
    text: '',
  };
  #lookedAt: number = Number.NEGATIVE_INFINITY;
  /** Until when the plain script, which was refused before, most likely would be again. */
  #wholeUntil: number = Number.NEGATIVE_INFINITY;
  /** How many jobs the last holder holds, about. */
  #held = 0;
  #holder = '';
  /** How many times in a row the plain script was refused. */
  #refusals = 0;
  /** The highest sequence number each holder used: a call with a number up to it repeats a call whose answer was lost. */
  readonly #sequences = new Map<string, number>();

  /** @param markers the read that waits for markers */
  constructor(
    store: QueueStore,
    markers: SharedRead<MarkerWait>,
    onError: (error: unknown) => void = () => undefined,
  ) {
    this.#store = store;
    this.marker = new MarkerWait(store.key('marker'), markers);
    this.#foreign = new ForeignJobs(store, onError);
    this.#limits = new LimitKeeper(store);
  }

  /** Records the runs that ended and hands out jobs that may start; see `LeaseStore.exchange`. */
  async exchange(params: ExchangeParams): Promise<ExchangeAnswer> {
    const { marker } = this;
    const { ahead = 0 } = params;
    if (params.limit > 0) marker.claimed();
    const isRepeated = this.#noteNumber(params);
    let reply: ExchangeReply | undefined;
    try {
      reply = await this.#askWithLimits(params, isRepeated);
      if (params.holder !== this.#holder) this.#held = 0;
      this.#holder = params.holder;
      this.#held += reply.jobs.length - params.ended.length;
    } finally {
      if (params.limit > 0) marker.answered(reply !== undefined && reply.jobs.length > 0);
    }
    let { refused } = reply;
    if (reply.foreign.length + reply.deferred.length + reply.repeated.length > 0) {
      if (isTestedVersion) refused = await this.#leaveToBullMQ(params, reply, isRepeated);
      else if (reply.deferred.length > 0) this.#foreign.reportUntested();
    }
    // A job that it could hold ahead of its slots is for a worker with a free one.
    const isShort = reply.jobs.length < params.limit - ahead;
    if (params.limit > 0) {
      this.#isIdle = isShort;
      marker.listen(isShort, this.#held <= 0);
    }
    const { jobs, handles, stalled, now, windows, nextAt } = reply;
    const leases = refused.flatMap((place) => params.ended[place - 1]?.lease ?? []);
    return { refused: leases, jobs, handles, stalled, now, windows, nextAt };
  }

  /** Renews leases; see `LeaseStore.extend`. */
  async extend(
    params: Parameters<LeaseStore['extend']>[0],
  ): Promise<{ lost: Lease[]; cancelled: LeaseCancellation[] }> {
    const { holder, leases, leaseMs } = params;
    const lost: Lease[] = [];
    const cancelled: LeaseCancellation[] = [];
    for (let from = 0; from < leases.length; from += BATCH) {
      const batch = leases.slice(from, from + BATCH);
      const rest = batch.flatMap(({ id, fencingToken }) => [heldJobId(id), fencingToken]);
      const args = { holder, leaseMs: Math.ceil(leaseMs) };
      const [missing, requests] = await this.#store.run(extendScript, args, rest);
      lost.push(...missing.flatMap((place) => batch[place - 1] ?? []));
      for (const [place, request] of requests) {
        const lease = batch[place - 1];
        if (lease !== undefined) cancelled.push(toCancellation(lease, request));
      }
    }
    this.#held = leases.length - lost.length;
    this.#holder = holder;
    return { lost, cancelled };
  }

  /** Notifies when to ask again, and which jobs to cancel; see `LeaseStore.watch`. */
  async watch({
    onReady,
    onCancel,
  }: Parameters<NonNullable<LeaseStore['watch']>>[0]): Promise<() => void> {
    const cancels = await this.#store.subscribe(
      'pj:cancel',
      (message) => {
        const { id, fencingToken, request }: CancelMessage = JSON.parse(message);
        onCancel(toCancellation({ id: decodeJobId(id), fencingToken }, request));
      },
      () => undefined,
    );
    this.marker.start(onReady);
    return () => {
      this.marker.close();
      void cancels.unsubscribe();
    };
  }

  /** Ends waiting, and what BullMQ does here. */
  close(): void {
    this.marker.close();
    this.#foreign.close();
  }

  /** Runs the script with the limits that the worker knows; stores them again where the server has lost them. */
  async #askWithLimits(params: ExchangeParams, isRepeated: boolean): Promise<ExchangeReply> {
    const { limit, limits } = params;
    const isNeeded = limit > 0 && this.#limits.isNeeded(limits);
    for (;;) {
      const limitsLife = isNeeded ? await this.#limits.keep(limits) : '';
      const reply = await this.#ask(params, { isRepeated, limitsLife });
      if (reply !== undefined) return reply;
      this.#limits.areLost(limits);
    }
  }

  /**
   * Runs the script; repeats the call, which is answered by a list, when a part of the answer contains the separator. Returns
   * nothing, and nothing is changed, when the server has lost the limits.
   */
  async #ask(params: ExchangeParams, how: CallDetails): Promise<ExchangeReply | undefined> {
    const rest = params.ended.flatMap(endedArguments);
    let answer = await this.#run(params, rest, how);
    if (answer === 'whole') {
      // Workflows need the whole script now and then, a queue that is limited as a whole for long.
      this.#refusals += 1;
      this.#wholeUntil = performance.now() + Math.min(WHOLE_MS, 2 ** this.#refusals - 2);
      answer = await this.#run(params, rest, how, false);
    } else if (performance.now() > this.#wholeUntil) {
      this.#refusals = 0;
    }
    if (answer === 'lost') return undefined;
    const reply = readReply(answer, params);
    if (reply !== undefined) return reply;
    // Only a text can fail to be read.
    const list = await this.#run(params, rest, { ...how, isRepeated: true });
    return list === 'lost' ? undefined : readReply(list, params);
  }

  #run(
    params: ExchangeParams,
    rest: readonly ScriptArgument[],
    { isRepeated, limitsLife }: CallDetails,
    mayBePlain = true,
  ): Promise<string | unknown[]> {
    const { stalls } = params;
    if (stalls.error !== this.#stall.error) {
      this.#stall = { error: stalls.error, text: JSON.stringify(stalls.error) };
    }
    let bytes = 0;
    for (const value of rest) bytes += typeof value === 'string' ? value.length : 1;
    const args = {
      holder: params.holder,
      sequence: params.sequence,
      // A holder uses a few fields of `pj:answers` in turns.
      answerField: `${params.holder}:${params.sequence % KEPT_ANSWERS}`,
      again: isRepeated ? 1 : 0,
      wanted: params.limit,
      stopping: params.isStopping ? 1 : 0,
      leaseMs: Math.ceil(params.leaseMs),
      limitsLife,
      maxStalls: stallsText(stalls),
      stallMessage: stalls.error.message,
      stallError: this.#stall.text,
      look: this.#looks(params.leaseMs),
      idle: this.#isIdle ? 1 : 0,
      takesForeign: isTestedVersion ? 1 : 0,
      endedCount: params.ended.length,
    };
    const plain =
      args.again + args.look === 0 &&
      mayBePlain &&
      performance.now() > this.#wholeUntil &&
      params.ended.every(({ outcome, handle }) => outcome.type === 'complete' && isPlain(handle));
    return this.#store.link.run(
      (client, attempt) => {
        if (attempt > 1) args.again = 1;
        if (plain && attempt === 1)
          return this.#store.send(client, plainExchangeScript, args, rest);
        return this.#store.send(client, exchangeScript, args, rest);
      },
      TIMEOUT_MS,
      bytes,
    );
  }

  /** Notes the number of a call; returns whether an earlier call had it: the answer to that was lost. */
  #noteNumber({ holder, sequence }: ExchangeParams): boolean {
    const isRepeated = sequence <= (this.#sequences.get(holder) ?? 0);
    if (!isRepeated) this.#sequences.set(holder, sequence);
    return isRepeated;
  }

  /** Returns 1 when it is time to look for jobs that other holders lost, else 0: twice in the length of a lease. */
  #looks(leaseMs: number): 0 | 1 {
    const now = performance.now();
    if (now - this.#lookedAt < leaseMs / 2) return 0;
    this.#lookedAt = now;
    return 1;
  }

  /** Has BullMQ end and repeat the jobs that only it can; returns the leases that it, or the script, refused. */
  async #leaveToBullMQ(
    { ended }: ExchangeParams,
    reply: ExchangeReply,
    isRepeated: boolean,
  ): Promise<readonly number[]> {
    const { foreign, deferred, repeated } = reply;
    const refused = new Set(reply.refused);
    const jobs = this.#foreign;
    const ends = foreign.map(async ([place, id, lock]) => {
      const outcome = ended[Number(place) - 1]?.outcome;
      const isHeld = outcome !== undefined && (await jobs.end(id, lock, outcome, isRepeated));
      if (!isHeld) refused.add(Number(place));
    });
    const fails = deferred.map(([id, lock, reason]) => jobs.fail(id, lock, reason));
    const repeats = repeated.map((storedId) => jobs.repeat(storedId));
    await Promise.all([...ends, ...fails, ...repeats]);
    return [...refused];
  }
}

/** Says how a call is made. */
interface CallDetails {
  /** Whether an earlier call had its number. */
  readonly isRepeated: boolean;
  /** The name of the limits that the worker stored; empty when it needs none. */
  readonly limitsLife: string;
}

/** Describes the message published to cancel an active job. */
interface CancelMessage {
  readonly id: string;
  readonly fencingToken: number;
  readonly request: string;
}

function toCancellation(lease: Lease, text: string): LeaseCancellation {
  return { lease, ...cancelRequestOf(text) };
}
