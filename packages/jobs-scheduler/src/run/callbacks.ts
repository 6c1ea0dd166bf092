import type { FiredTick, ScheduleSettings } from '../options/schedule-options.ts';

/** Holds the functions that a schedule calls. */
export type Called = Pick<ScheduleSettings, 'onSchedule' | 'onComplete'>;

/** Holds the callbacks that were declared with schedules through a queue of this process; they are never stored. */
export class Callbacks {
  readonly #byId: Map<string, Called>;
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void, byId: Map<string, Called>) {
    this.#byId = byId;
    this.#report = report;
  }

  /** Sets the callbacks of a schedule, in place of those it had. */
  set(id: string, { onSchedule, onComplete }: Called): void {
    if (onSchedule === undefined && onComplete === undefined) this.#byId.delete(id);
    else this.#byId.set(id, { onSchedule, onComplete });
  }

  /** Forgets the callbacks of a schedule. */
  delete(id: string): void {
    this.#byId.delete(id);
  }

  /** Calls `onSchedule` of a fired tick. */
  fired(scheduledAt: Date, tick: FiredTick): void {
    const { onSchedule } = this.#byId.get(tick.scheduleId) ?? {};
    if (onSchedule !== undefined) this.#call(() => onSchedule(scheduledAt, tick));
  }

  /** Calls `onComplete` of an ended schedule. */
  completed(id: string): void {
    const { onComplete } = this.#byId.get(id) ?? {};
    if (onComplete !== undefined) this.#call(onComplete);
  }

  #call(callback: () => void | Promise<void>): void {
    try {
      Promise.resolve(callback()).catch(this.#report);
    } catch (error) {
      this.#report(error);
    }
  }
}
