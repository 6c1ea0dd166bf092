import type { TickEntry } from '@philjs/jobs-core/backend';
import { expect, it } from 'vitest';
import { TickLedger } from './tick-ledger.ts';

const entry = (scheduleId: string, tickAt: number, what = 'fired'): TickEntry => ({
  scheduleId,
  tickAt,
  detail: { what },
});
const everything = (): boolean => true;
const ticks = (entries: readonly TickEntry[]) => entries.map((one) => one.tickAt);

it('reads the latest ticks first, of one schedule or of all', () => {
  const ledger = new TickLedger(everything);
  ledger.record([entry('a', 1), entry('b', 2), entry('a', 3)]);
  expect(ticks(ledger.read(10, 'a'))).toEqual([3, 1]);
  expect(ticks(ledger.read(2))).toEqual([3, 2]);
  expect(ledger.read(10, 'nobody')).toEqual([]);
});

it('replaces the entry of the same schedule and tick', () => {
  const ledger = new TickLedger(everything);
  ledger.record([entry('a', 1), entry('b', 1)]);
  ledger.record([entry('a', 1, 'skipped')]);
  expect(ledger.read(10, 'a')).toEqual([entry('a', 1, 'skipped')]);
  expect(ledger.read(10)).toHaveLength(2);
});

it('keeps the 100 of each schedule that were written last', () => {
  const ledger = new TickLedger(everything);
  for (let i = 0; i < 150; i++) ledger.record([entry('a', i), entry('b', i)]);
  expect(ticks(ledger.read(1_000, 'a'))).toEqual(Array.from({ length: 100 }, (_, i) => 149 - i));
  expect(ledger.read(1_000)).toHaveLength(200);
});

it('forgets a schedule', () => {
  const ledger = new TickLedger(everything);
  ledger.record([entry('a', 1), entry('b', 2)]);
  ledger.forget('a');
  expect(ledger.read(10)).toEqual([entry('b', 2)]);
});

it('keeps entries of at most 1,000 schedules that do not exist', () => {
  const existing = new Set<string>();
  const ledger = new TickLedger((id) => existing.has(id));
  ledger.record([entry('s0', 0), entry('s1', 1)]);
  existing.add('s0');
  for (let i = 2; i < 1_100; i++) ledger.record([entry(`s${i}`, i)]);
  expect(ledger.read(10, 's0')).toHaveLength(1);
  expect(ledger.read(10, 's1')).toEqual([]);
  expect(ledger.read(10, 's1099')).toHaveLength(1);
  expect(ledger.read(5_000)).toHaveLength(1_001);
});

it('gives and takes copies', () => {
  const ledger = new TickLedger(everything);
  const detail = { what: 'fired' };
  ledger.record([{ scheduleId: 'a', tickAt: 1, detail }]);
  detail.what = 'changed';
  (ledger.read(1)[0]!.detail as { what: string }).what = 'changed';
  expect(ledger.read(1)).toEqual([entry('a', 1)]);
});

it('keeps as many as it is asked to, and what is written late of a tick long past', () => {
  const ledger = new TickLedger(everything);
  for (let i = 0; i < 10; i++) ledger.record([entry('a', i)], { keep: 5 });
  expect(ticks(ledger.read(10, 'a'))).toEqual([9, 8, 7, 6, 5]);
  ledger.record([entry('a', 1)], { keep: 5 });
  expect(ticks(ledger.read(10, 'a'))).toEqual([9, 8, 7, 6, 1]);
});

it('finds the latest of all though the latest of a schedule was dropped', () => {
  const ledger = new TickLedger(everything);
  ledger.record([entry('a', 9), entry('b', 5)]);
  ledger.record([entry('a', 1)], { keep: 1 });
  expect(ticks(ledger.read(1))).toEqual([5]);
});
