import { createRedactor } from '@philjs/jobs-core/redact';
import { describe, expect, test } from 'vitest';
import { virtualSystem } from '../../test/support/system.ts';
import { normaliseMessage } from './normalise-message.ts';
import { scanFailures } from './scan-failures.ts';

describe('messages', () => {
  test.each([
    ['timeout after 5000 ms', 'timeout after # ms'],
    ['user 42 not found', 'user # not found'],
    ['order 3f2b8c1e-9d4a-4b6f-8e2d-1a2b3c4d5e6f is gone', 'order <id> is gone'],
    ['no mail to ada@example.org today', 'no mail to <email> today'],
    [
      'GET https://api.example.org/users/42?x=1 answered 500',
      'GET https://api.example.org/… answered #',
    ],
    ['connect ECONNREFUSED 10.0.0.7:6379', 'connect ECONNREFUSED <ip>'],
    ['at 2026-01-05T10:00:00.000Z it broke', 'at <time> it broke'],
    [
      "Cannot read properties of undefined (reading 'foo')",
      "Cannot read properties of undefined (reading 'foo')",
    ],
    ['key "user:42" is locked', 'key <text> is locked'],
    ['first line 1\nsecond line', 'first line #'],
    ['550 mailbox unavailable: ada@example.org', '550 mailbox unavailable: <email>'],
    ['answered with status 503 after 4 tries', 'answered with status 503 after # tries'],
    ['', ''],
  ])('%j reads %j', (message, normalised) => {
    expect(normaliseMessage(message)).toBe(normalised);
  });

  test('take no longer than their length deserves', () => {
    const started = process.cpuUsage();
    for (const char of ['a', '1', '"', '-', '@', '.', 'a1', '1.', "'a", '0x']) {
      normaliseMessage(char.repeat(10_000));
    }
    // Processor time, since other processes take the rest of a loaded machine.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(200);
  });
});

test('failed jobs are grouped by cause, within a budget and on from there', async () => {
  const { clock, queue, work } = virtualSystem('emails', 100);
  await queue.process();
  for (let index = 0; index < 30; index += 1) {
    await queue.enqueue(work, { fail: `user ${index} not found` });
    await clock.advance(1000);
  }
  for (let index = 0; index < 5; index += 1) await queue.enqueue(work, { fail: 'disk full' });
  await queue.enqueue(work, {});
  await clock.advance(1000);
  const redactor = createRedactor();
  const all = await scanFailures(queue, redactor, { budget: 1000 });
  expect(all).toMatchObject({ scanned: 35, total: 35 });
  expect(all.cursor).toBeUndefined();
  expect(all.groups.map(({ message, count }) => [message, count])).toEqual([
    ['user # not found', 30],
    ['disk full', 5],
  ]);
  const [users] = all.groups;
  expect(users?.sample).toBe('user 29 not found');
  expect((users?.lastAt ?? 0) - (users?.firstAt ?? 0)).toBe(29_000);

  const first = await scanFailures(queue, redactor, { budget: 20 });
  expect(first).toMatchObject({ scanned: 20, total: 35 });
  const rest = await scanFailures(queue, redactor, { budget: 20, cursor: first.cursor });
  expect(rest.scanned).toBe(15);
  expect(rest.cursor).toBeUndefined();
  expect(rest.groups[0]?.key).toBe(users?.key);
});
