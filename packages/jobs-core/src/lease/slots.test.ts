import { beforeEach, describe, expect, it } from 'vitest';
import {
  add,
  beginTrial,
  clock,
  consume,
  done,
  end,
  store as jobs,
  LOCK_MS,
  running,
  started,
  status,
} from '../../test/lease-trial.ts';
import { settle } from '../../test/test-clock.ts';
import { TestExchangeStore } from '../../test/test-exchange-store.ts';
import type { ConsumeParams } from '../contract/consumer.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { HeldLease } from './held-lease.ts';
import type { LeaseConsumer } from './lease-consumer.ts';
import { Slots } from './slots.ts';

/** How long an exchange takes, and a run. */
const TRIP_MS = 4;
const RUN_MS = 2;

let store: TestExchangeStore;
let consumer: LeaseConsumer;
let endOfRuns: Set<string>;

beforeEach(() => {
  beginTrial();
  store = new TestExchangeStore(jobs);
  store.holdsBack = true;
  endOfRuns = new Set();
});

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `job-${i}`);
const active = (): number => jobs.list('active').length;
/** The jobs that run: those that started and have not ended. */
const runs = (): string[] => started.filter((id) => !endOfRuns.has(id));

async function answer(): Promise<void> {
  for (const letGo of store.heldBack.splice(0)) letGo();
  await settle();
}

const heldJob = (id: string): HeldLease =>
  new HeldLease({ id, fencingToken: 1 } as JobRecord, 1, { finish: () => undefined }, undefined);

async function endAll(): Promise<void> {
  for (const id of runs()) {
    endOfRuns.add(id);
    running.get(id)?.end(done);
  }
  await settle();
}

/** Starts a worker, and lets it run jobs that are short beside its exchanges until it holds some ahead. */
async function work(
  params: Partial<ConsumeParams> = {},
  { runMs = RUN_MS, tripMs = TRIP_MS } = {},
): Promise<void> {
  add(...ids(400));
  const starting = consume({ concurrency: 4, ...params }, { store });
  await settle();
  await answer();
  consumer = await starting;
  for (let round = 0; round < 30; round++) {
    await clock.advance(runMs);
    await endAll();
    expect(runs().length).toBeLessThanOrEqual(params.concurrency ?? 4);
    await clock.advance(tripMs);
    await answer();
  }
}

/** Has the store say that starts have a window, in which they may be late by 25 ms. */
function limitRate(): void {
  const exchange = store.exchange.bind(store);
  store.exchange = async (params) => ({
    ...(await exchange(params)),
    windows: new Map([['work', 100]]),
  });
}

describe('jobs of a limited rate', () => {
  const late: string[] = [];
  const giveBackIfLate: ConsumeParams['execute'] = ({ job, startBy = 0 }) => {
    if (clock.now() > startBy) {
      late.push(job.id);
      return Promise.resolve({ type: 'unstarted' });
    }
    started.push(job.id);
    return new Promise((end) => running.set(job.id, { job, end }));
  };
  beforeEach(() => {
    late.splice(0);
    limitRate();
  });

  it('start although every exchange takes longer than they may be late', async () => {
    await work({ execute: giveBackIfLate }, { tripMs: 60 });
    expect(late).not.toEqual([]);
    expect(started.length).toBeGreaterThan(20);
  });

  it('may be late by what the exchanges take that bring jobs, however quick the others are', async () => {
    const nothing = (): void => undefined;
    const slots = new Slots({ clock, concurrency: 2, run: nothing, giveBack: nothing });
    for (let times = 0; times < 30; times++) {
      const askedAt = clock.now();
      await clock.advance(60);
      slots.noteExchange(askedAt, 1);
      slots.noteExchange(clock.now(), 0);
    }
    expect(slots.latenessUnder(100)).toBeGreaterThan(60);
  });

  it('are given back after an exchange that took longer than others', async () => {
    await work({ execute: giveBackIfLate });
    expect(late).toEqual([]);
    await clock.advance(1_000);
    await endAll();
    const before = started.length;
    await clock.advance(1_000);
    await answer();
    expect([late.length > 0, started.length]).toEqual([true, before]);
  });
});

describe('jobs that are handed out ahead of their slots', () => {
  it('start when short runs end, before the next answer', async () => {
    await work();
    const ahead = active() - runs().length;
    expect(ahead).toBeGreaterThan(0);
    expect(store.calls.some((call) => call.ahead === ahead)).toBe(true);
    await endAll();
    expect(runs()).toHaveLength(ahead);
  });

  it('are fewer than there are slots: none with a single one', async () => {
    await work({ concurrency: 1 });
    const before = started.length;
    await endAll();
    expect([started.length, active()]).toEqual([before, 1]);
  });

  it('are none where runs are long beside an exchange', async () => {
    await work({}, { runMs: 100 * TRIP_MS });
    await endAll();
    expect([runs(), active()]).toEqual([[], 4]);
  });

  it('start before others where a limit counts the jobs that are held, each in its turn', () => {
    const ran: string[] = [];
    const run = ({ job }: HeldLease): void => void ran.push(job.id);
    const slots = new Slots({ clock, concurrency: 2, run, giveBack: () => undefined });
    const held = ['a', 'b', 'c', 'limited 1', 'limited 2'].map((id) => heldJob(id));
    for (const one of held) slots.enter(one, one.job.id.startsWith('limited'));
    expect(ran).toEqual(['a', 'b']);
    for (const one of held) slots.leave(one);
    expect(ran).toEqual(['a', 'b', 'limited 1', 'limited 2', 'c']);
  });

  it('start before limited ones that come after they have waited for a while', async () => {
    const ran: string[] = [];
    const run = ({ job }: HeldLease): void => void ran.push(job.id);
    const slots = new Slots({ clock, concurrency: 1, run, giveBack: () => undefined });
    const held = ['a', 'b', 'c', 'limited'].map((id) => heldJob(id));
    for (const one of held.slice(0, 3)) slots.enter(one, false);
    slots.leave(held[0]!);
    await clock.advance(25);
    slots.enter(held[3]!, true);
    for (const one of held) slots.leave(one);
    expect(ran).toEqual(['a', 'b', 'c', 'limited']);
  });

  it('are none where they might start too late for a rate', async () => {
    const late: string[] = [];
    limitRate();
    const execute: ConsumeParams['execute'] = ({ job, startBy = 0 }) => {
      if (clock.now() > startBy) late.push(job.id);
      started.push(job.id);
      return new Promise((end) => running.set(job.id, { job, end }));
    };
    await work({ execute }, { tripMs: 20, runMs: 8 });
    expect(late).toEqual([]);
  });

  it('are given back when no slot gets free', async () => {
    await work();
    expect([runs().length, active() > 4]).toEqual([4, true]);
    await clock.advance(60);
    await answer();
    expect([runs().length, active()]).toEqual([4, 4]);
  });

  it('are given back when the worker stops', async () => {
    await work();
    const before = started.length;
    void consumer.stop({ timeout: 1000 });
    await answer();
    await answer();
    expect([started.length, active()]).toEqual([before, 4]);
    await endAll();
    await answer();
    expect(active()).toBe(0);
  });

  it('end without a slot when they are cancelled', async () => {
    await work({ abort: () => false });
    const ahead = jobs.list('active').find(({ record }) => !started.includes(record.id));
    const { id } = ahead!.record;
    jobs.cancelled(ahead!, 'why', true);
    expect(running.get(id)?.job.cancelRequested).toEqual({ reason: 'why', force: true });
    const error = { name: 'JobsError', message: 'cancelled' };
    await end(id, { type: 'cancel', error, failures: [], attemptUsed: false });
    await answer();
    await answer();
    expect(status(id)).toBe('cancelled');
  });

  it('do not start once their lease is lost', async () => {
    await work();
    const ahead = jobs.list('active').find(({ record }) => !started.includes(record.id));
    const { id } = ahead!.record;
    jobs.change(ahead!, { fencingToken: 9 });
    await clock.advance(LOCK_MS / 3);
    await answer();
    await endAll();
    expect(started).not.toContain(id);
    await end(id);
  });
});
