import { hostname } from 'node:os';
import type { Clock, IQueue } from '@philjs/jobs-core';
import { notSupported, type ScheduleStore } from '@philjs/jobs-core/backend';
import { ScheduleListeners } from '../events/schedule-listeners.ts';
import { packEntry } from '../history/packed-detail.ts';
import { Backlog } from '../run/backlog.ts';
import { Callbacks } from '../run/callbacks.ts';
import { Healer } from '../run/healer.ts';
import { PayloadMakers } from '../run/payload-makers.ts';
import { RunWatcher } from '../run/run-watcher.ts';
import { Settler } from '../run/settler.ts';
import { Stepper } from '../run/stepper.ts';
import { StoreTime } from '../run/store-time.ts';
import { TickRecorder } from '../run/tick-recorder.ts';
import { Ticker } from '../run/ticker.ts';
import { UntidyRuns } from '../run/untidy-runs.ts';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import { declaredHere } from './declared-here.ts';
import { Declarer } from './declarer.ts';
import { ScheduleAdmin } from './schedule-admin.ts';

/** Configures the parts of a scheduler. */
export interface SchedulerPartsOptions {
  /** The clock by which ticks are due. @default the queue's, and the store's for what is due */
  readonly clock: Clock | undefined;
  /** Resolves once the store may be used. */
  readonly ready: () => Promise<unknown>;
  readonly report: (error: unknown) => void;
}

/** Holds the parts of a scheduler. */
export interface SchedulerParts {
  readonly store: ScheduleStore;
  readonly clock: Clock;
  readonly time: StoreTime;
  /** The name of this process in the ledger. */
  readonly process: string;
  readonly listeners: ScheduleListeners;
  readonly recorder: TickRecorder;
  readonly watcher: RunWatcher;
  readonly stepper: Stepper;
  readonly ticker: Ticker;
  readonly healer: Healer;
  readonly settler: Settler;
  readonly declarer: Declarer;
  readonly admin: ScheduleAdmin;
  readonly makers: PayloadMakers;
}

/**
 * Makes the parts of a scheduler and connects them.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED` when the queue's backend keeps no schedules
 */
export function schedulerParts(
  queue: IQueue,
  { clock: given, ready, report }: SchedulerPartsOptions,
): SchedulerParts {
  const { backend } = queue;
  const { schedules: store } = backend;
  if (store === undefined) throw notSupported(backend.name, 'schedules');
  const clock = given ?? queue.clock;
  const { multiProcess, virtualTime } = backend.capabilities;
  const time = new StoreTime(store, clock, given !== undefined || virtualTime);
  const process_ = `${hostname()}:${process.pid}`;
  const backlog = new Backlog();
  const here = declaredHere(queue);
  const callbacks = new Callbacks(report, here.called);
  const listeners = new ScheduleListeners(report);
  const recorder = new TickRecorder(backend.metrics, clock, report);
  const watcher = new RunWatcher({
    backend,
    clock,
    record: (entries) => store.record({ entries: entries.map(packEntry), known: true }),
    onAwaited: (id) => settler.settle(id),
    onError: report,
  });
  const makers = new PayloadMakers(clock, here.makers);
  const services = { queue, backend, store, time, backlog, callbacks, recorder, watcher, makers };
  const untidy = new UntidyRuns(store);
  const stepper: Stepper = new Stepper({ ...services, untidy, process: process_, report });
  const settler = new Settler((id) => stepper.settle(id), report);
  const isRunning = (): boolean => ticker.isRunning;
  const healer = new Healer({ queue, store, time, isRunning, report });
  const declaring = { queue, store, time, callbacks, listeners, makers, report };
  const declarer = new Declarer({ ...declaring, declared: here.schedules });
  const ticker: Ticker = new Ticker({
    store,
    clock,
    time,
    backlog,
    multiProcess,
    ready,
    step: (schedule, foundAt) => stepper.step(schedule, foundAt),
    canFire: ({ id, spec }) => makers.canFire(id, spec as unknown as ScheduleSpec),
    mayTakeLong: ({ id }) => makers.has(id),
    onLost: () => declarer.declareAgain(),
    tend: (now) => healer.tend(now),
    report,
  });
  const admin = new ScheduleAdmin({ backend, store, stepper, time, process: process_ });
  const parts = { store, clock, time, process: process_, listeners, recorder, watcher };
  return { ...parts, stepper, ticker, healer, settler, declarer, admin, makers };
}
