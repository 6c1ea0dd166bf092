import type {
  AddResult,
  DueSchedules,
  ScheduleRecord,
  ScheduleStore,
  Subscription,
  TickEntry,
} from '@philjs/jobs-core/backend';
import type { QueueState } from '../state/queue-state.ts';

type Params<TMethod extends keyof ScheduleStore> = Parameters<ScheduleStore[TMethod]>[0];

/** Holds the result of a `fire`. */
interface FireResult {
  readonly fired: boolean;
  readonly schedule?: ScheduleRecord;
  readonly results?: readonly AddResult[];
}

/** Gives one backend the schedules of its queue and the ledger of their ticks. */
export class MemoryScheduleStore implements ScheduleStore {
  readonly #state: () => QueueState;
  readonly #now: () => number;
  readonly #stops = new Set<() => void>();

  constructor(state: () => QueueState, now: () => number) {
    this.#state = state;
    this.#now = now;
  }

  /** Creates or changes a schedule. */
  async put({ schedule, expectedRevision }: Params<'put'>): Promise<ScheduleRecord | undefined> {
    const { schedules } = this.#state();
    const record = schedules.put(schedule, expectedRevision);
    if (record !== undefined) schedules.tellChange();
    return record;
  }

  /** Creates or changes schedules: all, or none. */
  async putAll({ schedules: puts }: Params<'putAll'>): Promise<ScheduleRecord[] | undefined> {
    const { schedules } = this.#state();
    const fits = puts.every(
      ({ schedule, expectedRevision }) =>
        expectedRevision === undefined || schedules.revisionOf(schedule.id) === expectedRevision,
    );
    if (!fits) return undefined;
    const records = puts.map(({ schedule }) => schedules.put(schedule) as ScheduleRecord);
    if (records.length > 0) schedules.tellChange();
    return records;
  }

  /** Reads one schedule. */
  async get({ id }: Params<'get'>): Promise<ScheduleRecord | undefined> {
    return this.#state().schedules.get(id);
  }

  /** Lists schedules by id; the cursor is the last id. */
  async list(params: Params<'list'>): Promise<{ schedules: ScheduleRecord[]; cursor?: string }> {
    return this.#state().schedules.list(params);
  }

  /** Removes a schedule and its ledger. */
  async remove({ id }: Params<'remove'>): Promise<boolean> {
    const { schedules, ledger, runs } = this.#state();
    if (!schedules.remove(id)) return false;
    ledger.forget(id);
    runs.forget(id);
    schedules.tellChange();
    return true;
  }

  /** Reads the schedules that are due, earliest first. */
  async due({ now, limit, cursor }: Params<'due'>): Promise<DueSchedules> {
    return this.#state().schedules.due(now ?? this.#now(), limit, cursor);
  }

  /** Claims ticks: the schedule, its jobs and the ledger change together or not at all. */
  async fire(params: Params<'fire'>): Promise<FireResult> {
    const { id, expectedRevision, jobs, ifDuplicate, keep, track } = params;
    const { schedules, ledger, intake, runs } = this.#state();
    const stored = schedules.get(id);
    if (stored?.revision !== expectedRevision) return { fired: false };
    const results = intake.addUnknown(jobs);
    const isDropped = results[0]?.outcome === 'duplicate';
    const { nextAt, state, entries } = (isDropped && ifDuplicate) || params;
    const schedule = schedules.put({ ...stored, nextAt, state }) as ScheduleRecord;
    ledger.record(entries, { keep });
    if (track) {
      const stored = results.filter(({ outcome }) => outcome !== 'duplicate');
      runs.add(
        id,
        stored.map((result) => result.id),
      );
    }
    schedules.tellChange();
    return { fired: true, schedule, results };
  }

  /** Lists the jobs of a schedule that have not ended. */
  async liveRuns({ id }: Params<'liveRuns'>): Promise<string[]> {
    return this.#state().runs.live(id);
  }

  /** Writes ledger entries. */
  async record({ entries, keep, known }: Params<'record'>): Promise<void> {
    this.#state().ledger.record(entries, { keep, known });
  }

  /** Reads the ledger, latest tick first. */
  async history({ id, limit }: Params<'history'>): Promise<TickEntry[]> {
    return this.#state().ledger.read(limit, id);
  }

  /** Reports every change immediately, whichever backend made it. */
  async watch({ onChange }: Params<'watch'>): Promise<Subscription> {
    const remove = this.#state().schedules.watch(onChange);
    const stop = (): void => {
      remove();
      this.#stops.delete(stop);
    };
    this.#stops.add(stop);
    return { unsubscribe: async () => stop() };
  }

  /** Ends the watches of this backend. */
  close(): void {
    for (const stop of this.#stops) stop();
  }
}
