import type { Job } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { groupFailures } from './failure-group.ts';
import { toIncidents } from './incident.ts';

const NOW = Date.UTC(2026, 0, 5, 3, 0);
const MINUTE = 60_000;

function failed(name: string, message: string, minutesAgo: number, code?: string): Job {
  return {
    ...{ id: `${name} ${message} ${minutesAgo}`, name, status: 'failed', metadata: {} },
    error: { name: 'Error', message, ...(code !== undefined && { code }) },
    createdAt: new Date(NOW - 90 * MINUTE),
    finishedAt: new Date(NOW - minutesAgo * MINUTE),
  } as unknown as Job;
}

function scansOf(queues: { readonly [name: string]: readonly Job[] }) {
  return Object.entries(queues).map(
    ([name, jobs]) => [name, { groups: groupFailures(jobs) }] as const,
  );
}

test('one cause is one incident, whatever the names of the jobs and of their queues', () => {
  const [first, ...others] = toIncidents(
    scansOf({
      cards: [
        failed('charge', 'connect ECONNREFUSED 10.0.0.7:5432', 60, 'ECONNREFUSED'),
        failed('refund', 'connect ECONNREFUSED 10.0.0.8:5432', 9, 'ECONNREFUSED'),
      ],
      emails: [
        failed('send', 'connect ECONNREFUSED 10.0.0.7:5432', 1, 'ECONNREFUSED'),
        failed('send', 'connect ECONNREFUSED 10.0.0.7:5432', 5, 'ECONNREFUSED'),
        failed('send', 'no such mailbox', 2),
      ],
    }),
    NOW,
  );
  expect(first).toMatchObject({
    ...{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED <ip>', count: 4, unattended: 4 },
    ...{ firstAt: NOW - 60 * MINUTE, openSince: NOW - 60 * MINUTE, lastAt: NOW - MINUTE },
    jobs: [
      { queue: 'emails', name: 'send', count: 2 },
      { queue: 'cards', name: 'charge', count: 1 },
      { queue: 'cards', name: 'refund', count: 1 },
    ],
    sample: { queue: 'emails', message: 'connect ECONNREFUSED 10.0.0.7:5432' },
    perMinute: 0.3,
  });
  expect(first?.trend).toHaveLength(24);
  expect(first?.trend.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(first?.trend[0]).toBe(1);
  expect(others.map(({ message }) => message)).toEqual(['no such mailbox']);
});

test('the rate of a young incident counts from its first failure', () => {
  const jobs = [4, 3, 2, 1].map((ago) => failed('charge', 'disk full', ago));
  expect(toIncidents(scansOf({ cards: jobs }), NOW)[0]?.perMinute).toBe(1);
  const [now] = toIncidents(scansOf({ cards: [failed('charge', 'disk full', 0)] }), NOW);
  expect(now).toMatchObject({ perMinute: 1, firstAt: NOW });
});
