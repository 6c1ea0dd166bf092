import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Histogram, type MetricsBucket } from '@philjs/jobs-core/backend';
import { expect, it } from 'vitest';
import { MetricsTable, OTHER_NAMES } from './metrics-table.ts';

const minute = 60_000;
const durations = (...values: number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.toData();
};
const [wait, run] = [durations(5), durations(10)];
const bucket = (at: number, name: string, fields: Partial<MetricsBucket> = {}): MetricsBucket => ({
  minute: at * minute,
  name,
  counts: { completed: 1 },
  wait,
  run,
  ...fields,
});

/** Returns a function that collects garbage and returns how many bytes are in use. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    collect();
    return process.memoryUsage().heapUsed;
  };
}

it('merges buckets of one name and minute by adding', () => {
  const table = new MetricsTable();
  table.record([bucket(1, 'a'), bucket(1, 'a', { counts: { completed: 2, failed: 1 } })]);
  table.record([bucket(1, 'a', { run: durations(500), lateness: durations(7) })]);
  table.record([bucket(1, 'a', { counts: {}, lateness: durations(9) })]);
  const [merged, ...others] = table.read(minute, 2 * minute);
  expect(others).toEqual([]);
  expect(merged?.counts).toEqual({ completed: 4, failed: 1 });
  expect(merged?.wait).toEqual(durations(5, 5, 5, 5));
  expect(merged?.run).toEqual(durations(10, 10, 500, 10));
  expect(merged?.lateness).toEqual(durations(7, 9));
});

it('reads by minute and name, from the first to before the last', () => {
  const table = new MetricsTable();
  table.record([bucket(3, 'a'), bucket(2, 'b'), bucket(2, 'a'), bucket(1, 'a')]);
  const found = table.read(2 * minute, 3 * minute);
  expect(found.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(found[0]).not.toHaveProperty('lateness');
  expect(table.read(0, 9 * minute).map((one) => one.minute / minute)).toEqual([1, 2, 2, 3]);
});

it('forgets what is older than 25 hours, when more is recorded, and everything when asked', () => {
  const table = new MetricsTable();
  const minutes = () => table.read(0, 9e12).map((one) => one.minute / minute);
  table.record([bucket(0, 'a'), bucket(1, 'a'), bucket(25 * 60 + 1, 'a')]);
  expect(minutes()).toEqual([1, 25 * 60 + 1]);
  table.record([bucket(0, 'a'), bucket(2, 'a')]);
  expect(minutes()).toEqual([1, 2, 25 * 60 + 1]);
  table.clear();
  expect(minutes()).toEqual([]);
  table.record([bucket(0, 'a')]);
  expect(minutes()).toEqual([0]);
});

it('stays small: 100 names at two jobs a minute for 25 hours take less than 30 MB', () => {
  const [table, collect] = [new MetricsTable(), collector()];
  const before = collect();
  for (let at = 0; at < 25 * 60; at++) {
    const wait = durations(at % 7, (at * 3) % 11);
    const run = durations((at * 13) % 1_700, (at * 29) % 900);
    const counts = { completed: 2 };
    table.record(
      Array.from({ length: 100 }, (_, n) => bucket(at, `job-${n}`, { counts, wait, run })),
    );
  }
  expect(collect() - before).toBeLessThan(30 * 2 ** 20);
  const day = table.read(0, 9e12);
  expect(day).toHaveLength(100 * 25 * 60);
  expect(day.at(-1)?.counts).toEqual({ completed: 2 });
});

it('counts names beyond the first thousand of a minute together', () => {
  const table = new MetricsTable();
  table.record(Array.from({ length: 1_005 }, (_, n) => bucket(1, `job-${n}`)));
  table.record([bucket(1, 'job-7'), bucket(1, 'another')]);
  const found = table.read(0, 9e12);
  expect(found).toHaveLength(1_001);
  expect(found.find(({ name }) => name === OTHER_NAMES)?.counts).toEqual({ completed: 6 });
  expect(found.find(({ name }) => name === 'job-7')?.counts).toEqual({ completed: 2 });
});

it('forgets the oldest minutes when there are too many names in all of them', () => {
  const table = new MetricsTable();
  for (let at = 0; at < 203; at++) {
    table.record(Array.from({ length: 1_000 }, (_, n) => bucket(at, `job-${n}`)));
  }
  expect(table.read(0, 3 * minute)).toEqual([]);
  expect(table.read(3 * minute, 4 * minute)).toHaveLength(1_000);
});
