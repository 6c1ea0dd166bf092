import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { Connections } from './connections.ts';
import { isUnderWay, lasts, type RealResource, whenStarted } from './real-resource.ts';

/** The work of the application that the code which runs now belongs to. */
const current = new AsyncLocalStorage<AttendedWork>();

/** Holds a real resource that some work began. */
interface Begun extends RealResource {
  readonly work: AttendedWork;
}

/** Holds the resources under way, by the numbers that Node gives them. */
const begun = new Map<number, Begun>();

/** Counts the work under way. Node's hooks slow every promise down, so they are only set while there is some. */
let going = 0;

const hook = createHook({
  init(asyncId, type, _triggerAsyncId, resource) {
    if (type === 'PROMISE') return;
    const work = current.getStore();
    if (work === undefined || !work.isGoing) return;
    whenStarted(type, resource, () =>
      work.began(asyncId, { type, resource: new WeakRef(resource) }),
    );
  },
  after(asyncId) {
    const ended = begun.get(asyncId);
    if (ended !== undefined && !lasts(ended)) ended.work.ended(asyncId);
  },
});

/** Is one call of the application's code, and all that is real which it began: timers, I/O, threads, processes. */
export class AttendedWork {
  readonly #timeoutMs: number;
  readonly #ids = new Set<number>();
  readonly #connections: Connections;
  #isGoing = true;
  /** For how many real milliseconds time has stood still for it. */
  #waitedMs = 0;
  #isReported = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#connections = new Connections();
    if (going++ === 0) hook.enable();
  }

  /** Whether the promise of the call has not settled. */
  get isGoing(): boolean {
    return this.#isGoing;
  }

  /** Makes the call. */
  run<T>(call: () => T): T {
    return current.run(this, call);
  }

  /** Ends it: what it began is not waited for any more. */
  end(): void {
    if (!this.#isGoing) return;
    this.#isGoing = false;
    for (const id of this.#ids) begun.delete(id);
    this.#ids.clear();
    if (--going === 0) hook.disable();
  }

  /** Notes that something real has begun. */
  began(asyncId: number, resource: RealResource): void {
    if (!this.#isGoing) return;
    begun.set(asyncId, { ...resource, work: this });
    this.#ids.add(asyncId);
  }

  /** Notes that something real is over. */
  ended(asyncId: number): void {
    begun.delete(asyncId);
    this.#ids.delete(asyncId);
  }

  /** Names the kinds of what is under way, as Node names them. */
  kinds(withinMs: number): readonly string[] {
    const kinds = new Set<string>();
    for (const id of this.#ids) {
      const one = begun.get(id);
      if (one?.resource.deref() === undefined) this.ended(id);
      else if (isUnderWay(one, withinMs)) kinds.add(one.type);
    }
    if (this.#connections.expectAnswer()) kinds.add('an answer on a connection');
    return [...kinds];
  }

  /** Returns whether time is to stand still for it, after `withinMs` real milliseconds no more. */
  holdsTime(withinMs: number): boolean {
    if (this.#waitedMs >= Math.min(withinMs, this.#timeoutMs)) return false;
    return this.kinds(withinMs).length > 0;
  }

  /** Counts real milliseconds for which time stood still for it; warns once when these are too many. */
  waited(ms: number, withinMs: number): void {
    this.#waitedMs += ms;
    if (this.#waitedMs < withinMs || this.#timeoutMs <= withinMs || this.#isReported) return;
    this.#isReported = true;
    const kinds = this.kinds(withinMs).join(', ');
    if (kinds === '') return;
    process.emitWarning(
      `A handler or hook has waited ${withinMs} real ms for real work (${kinds}); the test clock goes on without it, and its timeout may pass. Give \`drain\` or \`advance\` a larger \`realTimeout\`, or replace the real work in the test.`,
      'TestClockWarning',
    );
  }
}
