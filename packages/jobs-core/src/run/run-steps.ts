import { AsyncLocalStorage } from 'node:async_hooks';
import { checkTime, invalidArgument, MAX_DURATION_MS } from '../check/argument.ts';
import type { TimeValue } from '../check/time-value.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { leaseLostError } from '../errors/error-factories.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { signalTimeoutError } from '../errors/step-errors.ts';
import { backoffDelay, DEFAULT_BACKOFF } from '../job/backoff.ts';
import { checkName } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import { decodeStored } from '../job/decode-stored.ts';
import { encodeValue } from '../job/encode-value.ts';
import type { AroundStep, StepTries } from '../job/step-options.ts';
import { validatePayload } from '../job/validate-payload.ts';
import type { JsonValue } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';
import { checkSignalOptions, checkStepOptions } from './check-step-options.ts';
import { type RunControl, RunEnded } from './run-control.ts';
import type { RunServices } from './run-services.ts';
import type { StartedRun } from './started-run.ts';
import { StepJournal } from './step-journal.ts';
import { type StepMark, stepKey } from './step-marks.ts';

/** The longest backoff of a step for which its run stays, in milliseconds. */
const STAYS_FOR_MS = 5000;

/** Tells the run within whose step a call is made. */
const within = new AsyncLocalStorage<RunSteps>();

/** Says when a run goes on that ends now: at a time, or when an entry is stored. */
interface Leave {
  readonly runAt: number;
  readonly signal?: string;
}

/** Runs the steps, sleeps and waits of one run, over what earlier runs of the job stored. */
export class RunSteps {
  readonly #services: RunServices;
  readonly #job: JobRecord;
  readonly #control: RunControl;
  readonly #codec: Codec | undefined;
  readonly #journal: StepJournal;
  /** The names that this run has used. */
  readonly #names = new Set<string>();
  readonly #arounds: readonly AroundStep[];
  readonly #leaves: Leave[] = [];
  /** How many steps are under way, and what waits until none is. */
  #busy = 0;
  #idle: (() => void)[] = [];

  /** @throws JobsError `JOBS_NOT_SUPPORTED` */
  constructor(run: StartedRun, arounds: readonly AroundStep[]) {
    const { services, job, control } = run;
    this.#arounds = arounds;
    this.#services = services;
    this.#job = job;
    this.#control = control;
    this.#codec = services.registry.get(job.name)?.codec ?? services.codec;
    this.#journal = new StepJournal(run);
  }

  /** Runs a step, or gives back what an earlier run stored of it. */
  async step(name: string, run: () => unknown, options: StepTries = {}): Promise<unknown> {
    if (typeof run !== 'function') throw invalidArgument('fn', 'a function', run);
    checkStepOptions(options);
    this.#begin(name);
    const stored = (await this.#journal.read()).get(stepKey('step', name));
    if (stored?.endedAt !== undefined) return this.#decode(stored.result);
    this.#refuseEnded();
    if (stored === undefined) this.#journal.checkRoom(name);
    this.#busy += 1;
    try {
      return await this.#try(name, run, options, stored);
    } finally {
      this.#endOne();
    }
  }

  /** Ends the run until a date, which stays the one that was given first. */
  async sleepUntil(name: string, date: TimeValue): Promise<void> {
    const asked = checkTime('date', date);
    this.#begin(name);
    const key = stepKey('sleep', name);
    const stored = (await this.#journal.read()).get(key);
    const until = stored?.until ?? asked;
    if (stored === undefined) await this.#journal.write(key, { at: this.#now(), until });
    if (until > this.#now()) await this.#leave({ runAt: until });
  }

  /** Gives back the payload of a signal; ends the run until it comes. */
  async waitFor(event: string, options: object = {}): Promise<unknown> {
    const { timeout, schema } = checkSignalOptions(options);
    this.#begin(event);
    const key = stepKey('wait', event);
    const known = (await this.#journal.read()).get(key);
    const payloadOf = (stored: JsonValue | undefined): unknown => {
      const what = `The payload of signal \`${event}\``;
      const payload = this.#decode(stored);
      return schema ? validatePayload(schema, payload, this.#job.name, what) : payload;
    };
    if (known?.isLate) throw this.#late(event, known);
    if (known?.endedAt !== undefined) return payloadOf(known.result);
    const signalKey = stepKey('signal', event);
    // Not as it was when this run began: one may have come since.
    const signal = (await this.#journal.readAgain()).get(signalKey);
    const now = this.#now();
    const wait = known ?? { at: now, ...(timeout !== undefined && { until: now + timeout }) };
    if (signal !== undefined) {
      const payload = await payloadOf(signal.result);
      await this.#journal.write(key, { ...wait, endedAt: now, result: signal.result });
      return payload;
    }
    const { until = Number.POSITIVE_INFINITY } = wait;
    if (until <= now) {
      await this.#journal.write(key, { ...wait, endedAt: now, isLate: true });
      throw this.#late(event, wait);
    }
    if (known === undefined) await this.#journal.write(key, wait);
    return this.#leave({ runAt: until, signal: signalKey });
  }

  #late(event: string, { at, until = at }: StepMark): JobsError {
    return signalTimeoutError(this.#job.id, event, until - at);
  }

  #now(): number {
    return this.#services.clock.now();
  }

  /** Takes a name for a step, a sleep or a wait of this run. */
  #begin(name: string): void {
    checkName('name', name);
    this.#refuseEnded();
    if (within.getStore() === this) {
      const advice = 'A step is one thing, which is stored as a whole: call this one after it.';
      throw invalidArgument('name', 'that of a step outside of every other step', name, advice);
    }
    if (this.#names.has(name)) {
      const expected = 'a name that this run has not used for a step, a sleep or a signal';
      const advice = 'In a loop, put what differs into the name.';
      throw invalidArgument('name', expected, name, advice);
    }
    this.#names.add(name);
  }

  /** Refuses to begin anything in a run that has ended, or is to end: the next one would do it again. */
  #refuseEnded(): void {
    const { isOver, decision, abortedBy } = this.#control;
    if (isOver) throw leaseLostError(this.#job);
    if (decision !== undefined) this.#control.end(decision);
    if (abortedBy !== undefined) throw abortedBy;
  }

  /** Runs the tries of a step until one succeeds. */
  async #try(
    name: string,
    run: () => unknown,
    { attempts = 1, backoff = DEFAULT_BACKOFF }: StepTries,
    stored: StepMark | undefined,
  ): Promise<unknown> {
    const attempt = this.#job.attemptsMade + 1;
    const at = stored?.at ?? this.#now();
    let tries = stored?.attempt === attempt ? (stored.tries ?? 0) : 0;
    for (;;) {
      try {
        const returned = await this.#runOnce(name, run, tries + 1);
        return await this.#keep(name, at, returned);
      } catch (error) {
        if (error instanceof NotKept) throw error.cause;
        tries += 1;
        const mayRetry = tries < attempts && this.#mayRetry(error);
        const delay = mayRetry && backoffDelay(backoff, tries, error);
        if (delay === false) throw error;
        const failed = { at, attempt, tries, error: serializeError(error) };
        await this.#pause(name, failed, delay);
      }
    }
  }

  /** Waits for the next try of a step: a long time without its slot. */
  async #pause(name: string, failed: StepMark, delay: number): Promise<void> {
    const until = this.#now() + delay;
    await this.#journal.write(stepKey('step', name), { ...failed, until });
    if (delay > STAYS_FOR_MS) await this.#leaveStep({ runAt: until });
    await abortableDelay(this.#services.clock, delay, this.#control.signal);
  }

  #mayRetry(error: unknown): boolean {
    const { isOver, abortedBy } = this.#control;
    return !(error instanceof RunEnded) && !isOver && abortedBy === undefined;
  }

  async #runOnce(name: string, run: () => unknown, number: number): Promise<unknown> {
    const inner = async (): Promise<unknown> => within.run(this, run);
    const call = this.#arounds.reduceRight<() => Promise<unknown>>(
      (next, around) => async () => around({ name, number }, next),
      inner,
    );
    return call();
  }

  /** Stores the result of a step; returns it as later runs get it. */
  async #keep(name: string, at: number, returned: unknown): Promise<unknown> {
    try {
      const code = 'JOBS_RESULT_NOT_SERIALIZABLE';
      const encoded = encodeValue(this.#codec, returned, name, code);
      const result = toJson(encoded, name, code, this.#services.resultLimit);
      await this.#journal.write(stepKey('step', name), { at, endedAt: this.#now(), result });
      return this.#decode(result);
    } catch (error) {
      throw new NotKept(error);
    }
  }

  #decode(stored: JsonValue | undefined): unknown {
    return decodeStored(this.#codec, stored, this.#job.name);
  }

  #endOne(): void {
    this.#busy -= 1;
    if (this.#busy > 0) return;
    for (const go of this.#idle.splice(0)) go();
  }

  /** Ends the run from within a step. */
  async #leaveStep(leave: Leave): Promise<never> {
    this.#endOne();
    try {
      return await this.#leave(leave);
    } finally {
      this.#busy += 1;
    }
  }

  /** Ends the run, once the steps beside it have ended: the next run would run them again. */
  async #leave(leave: Leave): Promise<never> {
    this.#leaves.push(leave);
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#refuseEnded();
    const last = this.#now() + MAX_DURATION_MS;
    const runAt = Math.min(last, ...this.#leaves.map((one) => one.runAt));
    const signal = this.#leaves.find((one) => one.signal !== undefined)?.signal;
    const delayMs = Math.max(0, runAt - this.#now());
    const at = { type: 'snooze', runAt, delayMs } as const;
    return signal === undefined
      ? this.#control.end({ ...at, reason: 'step' })
      : this.#control.end({ ...at, reason: 'signal', signal });
  }
}

/** Wraps an error that no further try of a step would mend: its result could not be stored. */
class NotKept extends Error {
  constructor(cause: unknown) {
    super('not stored', { cause });
  }
}
