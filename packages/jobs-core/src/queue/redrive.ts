import {
  checkDuration,
  checkFunction,
  checkInteger,
  checkOptions,
  checkSignal,
  invalidArgument,
  MAX_DURATION_MS,
} from '../check/argument.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import { takeTurn } from '../clock/turn.ts';
import type { JobRef } from '../contract/workflow-store.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { decodeStored } from '../job/decode-stored.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { migratePayload } from '../job/migrate-payload.ts';
import type { OrderOptions } from '../job/order-facts.ts';
import { groupOf } from '../queues/queues.ts';
import { internalsOf } from '../run/queue-internals.ts';
import { addToMetadata } from './check-metadata.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { JobOfQueue } from './depends-on.ts';
import { PUT_BACK_WITHIN_MS, toLetter, untouchedLettersOf } from './letters-of.ts';
import type { IQueue } from './queue-interface.ts';
import type { FoundLetter, RedriveOptions, RedriveResult } from './redrive-options.ts';
import { redrivenKey } from './redriven-key.ts';
import { enqueueWithSteps, stepsOfLetter } from './redriven-steps.ts';
import { refusedLetter } from './refused-letter.ts';
import { repairedPayload } from './repaired-payload.ts';
import { checkStepChoice } from './retry-options.ts';
import { PAYLOAD_FROM } from './step-item.ts';
import { type WaitingAsBefore, waitingAsBefore } from './waiting-as-before.ts';

/** How often it looks how jobs end, in milliseconds, after how many it looks at the latest, and at how many then. */
const LOOK_EVERY_MS = 200;
const LOOK_AFTER = 50;
const LOOK_AT_LEAST = 20;
/** How many letters in a row that tell nothing new it reads, as clocks of processes differ: newer ones may lie behind them. */
const KNOWN_IN_A_ROW = 100;
const NAMES = [
  ...[
    'canary',
    'stopAbove',
    'perMinute',
    'timeout',
    'repair',
    'to',
    'onProgress',
    'signal',
    'steps',
  ],
];

/** Puts jobs back, as long as they do not fail again. */
export class Redriver {
  readonly #queue: IQueue;
  readonly #options: RedriveOptions;
  readonly #targets: ReadonlyMap<string, IQueue>;
  readonly #under = new Map<string, IQueue>();
  /** The jobs that left a letter since it began, as far as it has read them. */
  readonly #failedAgain = new Set<string>();
  readonly #canary: number;
  readonly #stopAbove: number;
  readonly #beganAt: number;
  #looked = { after: 0, at: 0 };
  #pausedAfter = 0;
  #matched = 0;
  #tried = 0;
  #redriven = 0;
  #completed = 0;
  #failed = 0;

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor(queue: IQueue, options: RedriveOptions) {
    checkOptions('redrive', options, NAMES);
    const { canary = 5, stopAbove = 0.2, timeout = 600_000 } = options;
    const { perMinute, repair, to, onProgress, signal } = options;
    checkInteger('canary', canary, { min: 1, max: 1000 });
    if (!(typeof stopAbove === 'number' && stopAbove >= 0 && stopAbove <= 1)) {
      throw invalidArgument('stopAbove', 'a share from 0 to 1', stopAbove);
    }
    if (perMinute !== undefined) checkInteger('perMinute', perMinute, { min: 1, max: 1_000_000 });
    checkDuration('timeout', timeout, { min: 1, max: MAX_DURATION_MS });
    checkFunction('repair', repair);
    checkFunction('onProgress', onProgress);
    checkSignal('signal', signal);
    checkStepChoice(options);
    this.#queue = queue;
    this.#beganAt = queue.clock.now();
    this.#options = options;
    this.#canary = canary;
    this.#stopAbove = stopAbove;
    this.#targets = new Map(queuesOf(queue, to).map((one) => [one.name, one]));
  }

  /** Puts the jobs of letters back in the order given; reads each letter when it is its turn. */
  async run(letters: readonly FoundLetter[]): Promise<RedriveResult> {
    for (const letter of letters) this.#targetOf(letter);
    this.#matched = letters.length;
    await this.#report();
    let gone = 0;
    let stopped: RedriveResult['stopped'];
    for (const letter of letters) {
      await takeTurn();
      stopped = await this.#reasonToStop(this.#redriven);
      if (stopped !== undefined) break;
      // Since it was read, it may have been removed, or its job redriven by another call.
      const job = await this.#queue.getJob(letter.id);
      if (job === undefined) gone += 1;
      else if (await this.#putBack(toLetter(job)).catch(atLetter(letter))) this.#redriven += 1;
      this.#tried += 1;
      await this.#report();
    }
    // A canary that is all there is tells how it went, too.
    if (stopped === undefined && this.#redriven <= this.#canary) stopped = await this.#untilEnded();
    else await this.#look();
    await this.#report();
    const [redriven, completed, failed] = [this.#redriven, this.#completed, this.#failed];
    const left = letters.length - redriven - gone;
    const result = { redriven, completed, failed, left };
    return stopped === undefined ? result : { ...result, stopped };
  }

  async #report(): Promise<void> {
    const [matched, tried, redriven] = [this.#matched, this.#tried, this.#redriven];
    const [completed, failed] = [this.#completed, this.#failed];
    await this.#options.onProgress?.({ matched, tried, redriven, completed, failed });
  }

  /** Returns why not to go on after a number of jobs; waits for the canary, and as long as `perMinute` says. */
  async #reasonToStop(redriven: number): Promise<RedriveResult['stopped']> {
    const { perMinute, signal } = this.#options;
    if (signal?.aborted) return 'aborted';
    if (redriven < this.#canary) return undefined;
    if (redriven === this.#canary) {
      const reason = await this.#untilEnded();
      if (reason !== undefined) return reason;
    }
    if (perMinute !== undefined && redriven > this.#pausedAfter) {
      this.#pausedAfter = redriven;
      await this.#pause(60_000 / perMinute);
      if (signal?.aborted) return 'aborted';
    }
    await this.#lookAtSome(redriven);
    return this.#failsTooOften() ? 'failures' : undefined;
  }

  /** Stores the job, then removes the letter: a repeat finds the job by its id or its key. Returns whether it is stored. */
  async #putBack(letter: DeadLetter): Promise<boolean> {
    const target = this.#targetOf(letter);
    const { repair } = this.#options;
    const definition = target.getDefinition(letter.name);
    if (definition === undefined) throw unknown(letter);
    if (letter.version > (definition.options.version ?? 1)) throw tooNew(letter);
    const decoded = decodeStored(
      internalsOf(target).codecOf(letter.name),
      letter.payload,
      letter.name,
    );
    if (letter.metadata[PAYLOAD_FROM] !== undefined && repair === undefined) {
      throw lacksResult(letter);
    }
    const whole = migratePayload(definition, decoded, letter.version);
    const payload = repair ? await repairedPayload(repair, whole, definition, letter) : whole;
    const { priority, maxAttempts: attempts, metadata, tags, timeoutMs: timeout } = letter;
    const jobId = `re_${letter.id}`;
    const { [PAYLOAD_FROM]: _, ...own } = metadata;
    const kept = addToMetadata(own, 'redrivenFrom', letter.jobId);
    const onDependencyFailure = 'continue' as const;
    const { dependsOn, mark } = await waitingOf(target, letter);
    const options = {
      ...{ jobId, priority, attempts, tags, timeout },
      // It has waited before: the canary would tell nothing otherwise.
      delay: 0,
      ...givenOrder(definition, letter),
      ...(dependsOn.length > 0 && { dependsOn: dependsOn.map(toJobOfQueue), onDependencyFailure }),
      metadata: mark(kept),
    };
    const waits = dependsOn.length > 0;
    const steps =
      this.#options.steps === 'forget' ? [] : await stepsOfLetter(this.#queue, target, letter);
    const store = async () => {
      const key = await redrivenKey(target, { jobId, definition, payload, waits });
      return enqueueWithSteps({
        target,
        definition,
        payload,
        options: { ...options, ...key },
        steps,
      });
    };
    const job = await store().catch((error: unknown) => {
      const payloads = [decoded, whole, payload];
      const isMigrated = letter.version < (definition.options.version ?? 1);
      const made = { payloads, isRepaired: repair !== undefined, isMigrated };
      throw refusedLetter(error, letter.name, made);
    });
    // The holder of its deduplication key may be another job, or one that took over all that this one is.
    if (job.id !== jobId && job.metadata['redrivenFrom'] !== letter.jobId) return false;
    this.#under.set(job.id, target);
    await this.#remove(letter);
    return true;
  }

  /** Removes a letter; waits for a worker that took it and is about to put it back, as it runs none. */
  async #remove({ id }: DeadLetter): Promise<void> {
    const until = this.#queue.clock.now() + PUT_BACK_WITHIN_MS;
    for (;;) {
      try {
        await this.#queue.removeJob(id);
        return;
      } catch (error) {
        const isHeld = isJobsError(error) && error.code === 'JOBS_CONFLICT';
        if (!isHeld || this.#queue.clock.now() >= until) throw error;
      }
      await abortableDelay(this.#queue.clock, LOOK_EVERY_MS);
    }
  }

  /** Waits until all that went have ended; returns why not to go on. */
  async #untilEnded(): Promise<RedriveResult['stopped']> {
    const { clock } = this.#queue;
    const { timeout = 600_000, signal } = this.#options;
    const until = clock.now() + timeout;
    for (;;) {
      const ended = this.#completed + this.#failed;
      await this.#look();
      if (this.#completed + this.#failed > ended) await this.#report();
      if (this.#failsTooOften()) return 'failures';
      if (this.#under.size === 0) return undefined;
      if (signal?.aborted) return 'aborted';
      if (clock.now() >= until) return 'timeout';
      await this.#pause(LOOK_EVERY_MS);
    }
  }

  /** Looks at some of the jobs now and then: at each a few times, however many run for long. */
  async #lookAtSome(redriven: number): Promise<void> {
    const now = this.#queue.clock.now();
    const { after, at } = this.#looked;
    if (redriven - after < LOOK_AFTER && now - at < LOOK_EVERY_MS) return;
    this.#looked = { after: redriven, at: now };
    await this.#look(Math.max(LOOK_AT_LEAST, 2 * (redriven - after)));
  }

  /** Looks how jobs ended: at no more than a number of them, first at those it looked at longest ago. */
  async #look(most: number = this.#under.size): Promise<void> {
    const gone: (readonly [id: string, queueName: string])[] = [];
    for (const [id, target] of first(this.#under, most)) {
      const status = (await target.getJob(id))?.status ?? 'gone';
      this.#under.delete(id);
      if (status === 'gone') gone.push([id, target.name]);
      else if (status === 'completed') this.#completed += 1;
      else if (status === 'failed' || status === 'cancelled') this.#failed += 1;
      else this.#under.set(id, target);
    }
    if (gone.length > 0) await this.#countGone(gone);
  }

  /** Counts jobs that are not kept: only one that has ended can be gone, and one that failed has left a letter. */
  async #countGone(gone: readonly (readonly [id: string, queueName: string])[]): Promise<void> {
    await this.#readNewLetters();
    for (const [id, queueName] of gone) {
      if (this.#failedAgain.has(JSON.stringify([queueName, id]))) this.#failed += 1;
      else this.#completed += 1;
    }
  }

  /** Reads the letters that were left since it last read them, or since it began. */
  async #readNewLetters(): Promise<void> {
    let known = 0;
    for await (const { queue, jobId, failedAt } of untouchedLettersOf(this.#queue)) {
      const job = JSON.stringify([queue, jobId]);
      const isNew = failedAt.getTime() >= this.#beganAt && !this.#failedAgain.has(job);
      known = isNew ? 0 : known + 1;
      if (known === KNOWN_IN_A_ROW) return;
      this.#failedAgain.add(job);
    }
  }

  /** Compares with all of the canary, as long as that has not ended: the first one decides nothing alone. */
  #failsTooOften(): boolean {
    const ended = this.#completed + this.#failed;
    const counted = Math.max(ended, Math.min(this.#canary, ended + this.#under.size));
    return counted > 0 && this.#failed / counted > this.#stopAbove;
  }

  async #pause(ms: number): Promise<void> {
    await abortableDelay(this.#queue.clock, ms, this.#options.signal).catch(() => undefined);
  }

  #targetOf({ queue, name }: FoundLetter): IQueue {
    const target = this.#targets.get(queue);
    if (target !== undefined) return target;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Job \`${name}\` goes back to queue \`${queue}\`, which is not known here. Make both queues with \`createQueues\`, or pass it as \`to\`.`,
      { details: { field: 'to', queue } },
    );
  }
}

/** Returns the first entries of a map, which may be large. */
function first<K, V>(map: ReadonlyMap<K, V>, most: number): readonly (readonly [K, V])[] {
  const entries: (readonly [K, V])[] = [];
  for (const entry of map) {
    if (entries.length >= most) break;
    entries.push(entry);
  }
  return entries;
}

function queuesOf(queue: IQueue, to: RedriveOptions['to']): readonly IQueue[] {
  if (to === undefined) return groupOf(queue).all;
  const { [Symbol.iterator]: several } = (to ?? {}) as Partial<Iterable<IQueue>>;
  const queues = typeof several === 'function' ? [...(to as Iterable<IQueue>)] : [to as IQueue];
  const areQueues = queues.every((one) => typeof one?.enqueue === 'function');
  if (!areQueues) throw invalidArgument('to', 'a queue, or a list of queues', to);
  return queues;
}

function toJobOfQueue({ queueName: queue, id }: JobRef): JobOfQueue {
  return { queue, id };
}

/** Returns what the job waited for, as far as it is stored: its handler reads their results. */
async function waitingOf(
  { backend, name: queueName }: IQueue,
  { jobId, createdAt }: DeadLetter,
): Promise<WaitingAsBefore> {
  const failed = await backend.get({ id: jobId });
  const isThere = failed?.createdAt === createdAt.getTime();
  return waitingAsBefore(backend, queueName, isThere ? failed : { id: jobId, metadata: {} });
}

/** Throws an error again, with the letter that it is about. */
function atLetter({ id }: FoundLetter): (error: unknown) => never {
  return (error) => {
    if (!isJobsError(error)) throw error;
    throw new JobsError(error.code, `Letter \`${id}\`: ${error.message}`, {
      cause: error,
      details: { ...error.details, letter: id },
    });
  };
}

/** Makes the error for a step of a chain whose payload is not whole. */
function lacksResult({ name }: DeadLetter): JobsError {
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `It holds a step of a chain, \`${name}\`, without the result of the step before, which was not stored any more. Give \`repair\`, and let it return the whole payload.`,
    { details: { field: 'repair', name } },
  );
}

/** Makes the error for a payload that this process would store under an older version than its own. */
function tooNew({ name, version }: DeadLetter): JobsError {
  return new JobsError(
    'JOBS_MIGRATION_FAILED',
    `It holds a payload of version ${version} of job \`${name}\`, which is newer than the definition here. Redrive it with the definition that is deployed.`,
    { details: { name, version } },
  );
}

function unknown({ name, queue }: DeadLetter): JobsError {
  return new JobsError(
    'JOBS_UNKNOWN_JOB',
    `Queue \`${queue}\` has no job named \`${name}\` here. List it in \`jobs\`, or call \`register(job)\`.`,
    { details: { name } },
  );
}

/** Returns the place that was given to a single job, and that its definition does not compute from the payload. */
function givenOrder({ options }: JobDefinition, { order = {} }: DeadLetter): OrderOptions {
  const { fairKey, weight, deadlineAt } = order;
  return {
    ...(options.fairKey === undefined && fairKey !== undefined && { fairKey }),
    ...(options.weight === undefined && weight !== undefined && { weight }),
    ...(options.deadline === undefined && deadlineAt !== undefined && { deadline: deadlineAt }),
  };
}
