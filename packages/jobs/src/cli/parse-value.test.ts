import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { parseTime } from './parse-value.ts';

test.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00.000Z'],
  ['2026-01-31 09:00Z', '2026-01-31T09:00:00.000Z'],
  ['2026-01-31T09:00:00.5+02:00', '2026-01-31T07:00:00.500Z'],
  ['2024-02-29T09:00:00-0330', '2024-02-29T12:30:00.000Z'],
])('reads the time %s', (text, time) => {
  expect(parseTime(text).toISOString()).toBe(time);
});

test.each([
  ['5'],
  ['1700000000000'],
  ['tomorrow 1'],
  ['in 5 minutes'],
  ['5m'],
  ['31.01.2026'],
  ['2026-02-30'],
  ['2026-02-29T09:00:00Z'],
  ['2026-13-01'],
  ['2026-01-31T25:00:00Z'],
  [''],
])('takes %j for no time, rather than for another one', (text) => {
  expect(() => parseTime(text)).toThrow(InvalidArgumentError);
});
