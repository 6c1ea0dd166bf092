import { invalidArgument } from '@philjs/jobs-core/backend';
import type {
  SchedulerEventMap,
  SchedulerEventName,
  SchedulerListener,
} from './scheduler-events.ts';

const NAMES: readonly SchedulerEventName[] = ['scheduled', 'updated', 'removed'];

type AnyListener = (event: never) => unknown;

/** Holds the listeners of a scheduler, and calls them. */
export class ScheduleListeners {
  readonly #byName = new Map<SchedulerEventName, Set<AnyListener>>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Adds a listener; returns a function that removes it. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  add<TName extends SchedulerEventName>(
    name: TName,
    listener: SchedulerListener<TName>,
  ): () => void {
    if (!NAMES.includes(name)) throw invalidArgument('event', `one of ${NAMES.join(', ')}`, name);
    if (typeof listener !== 'function') {
      throw invalidArgument('listener', 'a function `(event) => …`', listener);
    }
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => this.delete(name, listener);
  }

  /** Removes a listener. */
  delete<TName extends SchedulerEventName>(name: TName, listener: SchedulerListener<TName>): void {
    this.#byName.get(name)?.delete(listener);
  }

  /** Calls the listeners of an event; `make` makes it, if it has any. */
  emit<TName extends SchedulerEventName>(name: TName, make: () => SchedulerEventMap[TName]): void {
    const listeners = this.#byName.get(name);
    if (listeners === undefined || listeners.size === 0) return;
    const event = make();
    for (const listener of [...listeners] as SchedulerListener<TName>[]) {
      try {
        Promise.resolve(listener(event)).catch(this.#report);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
