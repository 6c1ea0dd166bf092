import { type IQueue, isJobsError } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { escapeControls } from '@philjs/jobs-core/internal';
import { type ReportedChange, reportChange } from '../events/reported-changes.ts';
import type { ScheduleListeners } from '../events/schedule-listeners.ts';
import type { ScheduleChangeCause } from '../events/scheduler-events.ts';
import type { Callbacks, Called } from '../run/callbacks.ts';
import type { PayloadMakers } from '../run/payload-makers.ts';
import type { StoreTime } from '../run/store-time.ts';
import { readableOf } from '../spec/stored-schedule.ts';
import { changeSchedule } from '../store/change-schedule.ts';
import { declareSchedule } from '../store/declare-schedule.ts';
import type { DeclaredSchedules } from './declared-schedules.ts';
import type { CheckedDeclaration } from './make-spec.ts';
import type { SyncResult } from './schedule-item.ts';
import { type DeclaredList, syncSchedules } from './sync-schedules.ts';

/** Holds the dependencies of a declarer. */
export interface DeclarerOptions {
  readonly queue: IQueue;
  readonly store: ScheduleStore;
  readonly time: StoreTime;
  readonly callbacks: Callbacks;
  readonly listeners: ScheduleListeners;
  readonly makers: PayloadMakers;
  readonly declared: DeclaredSchedules;
  readonly report: (error: unknown) => void;
}

/** Declares schedules, and declares them again if the store loses them. */
export class Declarer {
  readonly #options: DeclarerOptions;
  readonly #declared: DeclaredSchedules;

  constructor(options: DeclarerOptions) {
    this.#options = options;
    this.#declared = options.declared;
  }

  /** Declares one schedule, that was checked. */
  async declare(declaration: CheckedDeclaration, called: Called, now: number): Promise<void> {
    const { callbacks } = this.#options;
    await this.#change(declaration, now, declaration.spec.once ? 'scheduleOnce' : 'schedule');
    if (!declaration.spec.once) this.#declared.scheduled(declaration);
    callbacks.set(declaration.id, called);
    this.#setMaker(declaration);
  }

  /** Declares all schedules of an owner, that were checked. */
  async declareAll(list: DeclaredList, called: readonly Called[]): Promise<SyncResult> {
    const { store, callbacks } = this.#options;
    const { owner, declarations } = list;
    const known = this.#declared.generationOf(owner, declarations);
    const turn = { ...list, generation: list.generation ?? known };
    const { result, generation, changes } = await syncSchedules(turn, store);
    this.#report(changes, list.now, 'sync');
    this.#declared.synced(owner, declarations, generation);
    for (const id of result.removed) this.#forget(id);
    for (const [index, declaration] of declarations.entries()) {
      callbacks.set(declaration.id, called[index] ?? {});
      this.#setMaker(declaration);
    }
    return result;
  }

  /** Removes a schedule and its ledger; returns whether there was one. */
  async remove(id: string): Promise<boolean> {
    const { store, time } = this.#options;
    this.#forget(id);
    this.#declared.removed(id);
    const record = await store.get({ id });
    const before = record && readableOf(record);
    const isGone = await store.remove({ id });
    if (!isGone || record === undefined || record.state['removed'] !== undefined) return false;
    if (before !== undefined) this.#report([{ id, before }], time.now(), 'remove');
    return true;
  }

  /** Declares everything this process declared again, after the store lost it. */
  async declareAgain(): Promise<void> {
    const { queue, store, time } = this.#options;
    const { lists, single, size } = this.#declared;
    if (size === 0) return;
    const now = await time.ask();
    let again = 0;
    for (const [owner, { declarations, generation }] of lists) {
      again += await this.#tryEach(declarations.length, async () => {
        const list = { declarations, owner, generation, now };
        this.#report((await syncSchedules(list, store)).changes, now, 'recovery');
      });
    }
    for (const { edition: _, ...declaration } of single) {
      again += await this.#tryEach(1, () => this.#change(declaration, now, 'recovery'));
    }
    const which =
      again === size
        ? `the ${size} that this process had declared are`
        : `of the ${size} that this process had declared, ${again} ${again === 1 ? 'is' : 'are'}`;
    queue.logger.warn(
      `The store of queue ${escapeControls(queue.name)} has lost its schedules: ${which} declared again. Pauses, counts of runs and the ledger are gone.`,
    );
  }

  /**
   * Declares some schedules; returns how many. Reports what cannot be declared again, such as an id that is another
   * owner's now, and returns 0; the others are declared all the same.
   */
  async #tryEach(count: number, declare: () => Promise<void>): Promise<number> {
    try {
      await declare();
      return count;
    } catch (error) {
      if (isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) throw error;
      if (isJobsError(error, 'JOBS_QUEUE_CLOSED')) throw error;
      this.#options.report(error);
      return 0;
    }
  }

  /** Declares one schedule; after a loss only if it is not there, and also if its time is over. */
  async #change(
    declaration: CheckedDeclaration,
    now: number,
    cause: ScheduleChangeCause,
  ): Promise<void> {
    const acceptsPast = cause === 'recovery';
    let made: Omit<ReportedChange, 'at' | 'cause'> | undefined;
    await changeSchedule(this.#options.store, declaration.id, (stored) => {
      made = undefined;
      if (acceptsPast && stored !== undefined) return undefined;
      const after = declareSchedule({ ...declaration, now, replaces: false, acceptsPast }, stored);
      if (after !== undefined) made = { id: declaration.id, before: stored, after };
      return after;
    });
    if (made !== undefined) this.#report([made], now, cause);
  }

  #setMaker({ id, spec, make }: CheckedDeclaration): void {
    this.#options.makers.set(id, spec, make);
  }

  #forget(id: string): void {
    this.#options.callbacks.delete(id);
    this.#options.makers.delete(id);
  }

  #report(
    changes: readonly Omit<ReportedChange, 'at' | 'cause'>[],
    at: number,
    cause: ScheduleChangeCause,
  ): void {
    const { listeners, queue } = this.#options;
    for (const change of changes) reportChange(listeners, queue, { ...change, at, cause });
  }
}
