import { Histogram, type MetricsBucket } from '@philjs/jobs-core';
import { expect, it } from 'vitest';
import { MetricsTable } from './metrics-table.ts';

const minute = 60_000;
const durations = (...values: number[]) => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.toData();
};
const bucket = (at: number, name: string, fields: Partial<MetricsBucket> = {}): MetricsBucket => ({
  minute: at * minute,
  name,
  counts: { completed: 1 },
  wait: durations(5),
  run: durations(10),
  ...fields,
});

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
