import { expect, test } from 'vitest';
import type { Incident } from '../../failures/incident.ts';
import type { HealthProblem } from '../../monitor/system-health.ts';
import { rollUp } from './roll-up.ts';

const NOW = Date.UTC(2026, 0, 5, 3, 0);

test('what several queues suffer from one cause is one problem', () => {
  const away = ['a', 'b', 'c', 'd'].map(
    (queue): HealthProblem => ({
      ...{ kind: 'store-away', severity: 'critical', queue },
      message: `\`${queue}\` cannot reach its store`,
    }),
  );
  const failures = ['e', 'f'].map(
    (queue, at): HealthProblem => ({
      ...{ kind: 'failures', severity: 'warning', queue, group: 'abc', count: 20 },
      since: new Date(NOW - (at + 1) * 60_000),
      message: `\`work\`: 20 × ECONNREFUSED since 02:59 UTC`,
    }),
  );
  const failing = ['e', 'f'].map(
    (queue): HealthProblem => ({
      ...{ kind: 'failing', severity: 'warning', queue },
      message: `60 % of the jobs of \`${queue}\` fail (3 of 5)`,
    }),
  );
  const rest = ['e', 'f', 'g'].map(
    (queue): HealthProblem => ({
      ...{ kind: 'failures', severity: 'warning', queue, count: 4 },
      message: `\`${queue}\`: 4 failed jobs of 2 more causes`,
    }),
  );
  const alone: HealthProblem = {
    ...{ kind: 'no-workers', severity: 'critical', queue: 'a', message: '`a` has no workers' },
  };
  const incident = { key: 'abc', code: 'ECONNREFUSED', errorName: 'Error', message: '' };
  expect(
    rollUp(
      [...away, alone, ...failing, ...failures, ...rest],
      [incident as unknown as Incident],
      NOW,
    ).map(({ message, queue, count }) => [message, queue, count]),
  ).toEqual([
    ['`a`, `b` and 2 more queues cannot reach their store', undefined, undefined],
    ['`a` has no workers', 'a', undefined],
    ['many jobs of `e` and `f` fail', undefined, undefined],
    ['2 queues: 40 × ECONNREFUSED since 02:58 UTC', undefined, 40],
    ['12 failed jobs of other causes in 3 queues', undefined, 12],
  ]);
  expect(rollUp([away[0] as HealthProblem, alone], [], NOW)).toEqual([away[0], alone]);
});
