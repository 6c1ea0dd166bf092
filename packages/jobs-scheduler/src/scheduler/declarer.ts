import { escapeControls, type IQueue, type ScheduleStore } from '@philjs/jobs-core';
import type { ScheduleSettings } from '../options/schedule-options.ts';
import type { Callbacks } from '../run/callbacks.ts';
import type { StoreTime } from '../run/store-time.ts';
import { changeSchedule } from '../store/change-schedule.ts';
import { declareSchedule } from '../store/declare-schedule.ts';
import { DeclaredSchedules } from './declared-schedules.ts';
import type { CheckedDeclaration } from './make-spec.ts';
import type { SyncResult } from './schedule-item.ts';
import { type DeclaredList, syncSchedules } from './sync-schedules.ts';

type Called = Pick<ScheduleSettings, 'onSchedule' | 'onComplete'>;

/** Holds the dependencies of a declarer. */
export interface DeclarerOptions {
  readonly queue: IQueue;
  readonly store: ScheduleStore;
  readonly time: StoreTime;
  readonly callbacks: Callbacks;
}

/** Declares schedules, and declares them again if the store loses them. */
export class Declarer {
  readonly #options: DeclarerOptions;
  readonly #declared = new DeclaredSchedules();

  constructor(options: DeclarerOptions) {
    this.#options = options;
  }

  /** Declares one schedule, that was checked. */
  async declare(declaration: CheckedDeclaration, called: Called, now: number): Promise<void> {
    const { store, callbacks } = this.#options;
    await changeSchedule(store, declaration.id, (stored) =>
      declareSchedule({ ...declaration, now, replaces: false }, stored),
    );
    if (!declaration.spec.once) this.#declared.scheduled(declaration);
    callbacks.set(declaration.id, called);
  }

  /** Declares all schedules of an owner, that were checked. */
  async declareAll(list: DeclaredList, called: readonly Called[]): Promise<SyncResult> {
    const { store, callbacks } = this.#options;
    const { owner, declarations } = list;
    const known = this.#declared.generationOf(owner, declarations);
    const turn = { ...list, generation: list.generation ?? known };
    const { result, generation } = await syncSchedules(turn, store);
    this.#declared.synced(owner, declarations, generation);
    for (const id of result.removed) callbacks.delete(id);
    for (const [index, { id }] of declarations.entries()) callbacks.set(id, called[index] ?? {});
    return result;
  }

  /** Forgets a schedule that is removed. */
  forget(id: string): void {
    this.#options.callbacks.delete(id);
    this.#declared.removed(id);
  }

  /** Declares everything this process declared again, after the store lost it. */
  async declareAgain(): Promise<void> {
    const { queue, store, time } = this.#options;
    const { lists, single, size } = this.#declared;
    if (size === 0) return;
    const now = await time.ask();
    for (const [owner, { declarations, generation }] of lists) {
      await syncSchedules({ declarations, owner, generation, now }, store);
    }
    for (const { edition: _, ...declaration } of single) {
      await changeSchedule(store, declaration.id, (stored) =>
        stored === undefined
          ? declareSchedule({ ...declaration, now, replaces: false, acceptsPast: true }, stored)
          : undefined,
      );
    }
    queue.logger.warn(
      `The store of queue ${escapeControls(queue.name)} has lost its schedules: the ${size} that this process had declared are declared again. Pauses, counts of runs and the ledger are gone.`,
    );
  }
}
