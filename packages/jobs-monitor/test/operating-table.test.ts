import { readFileSync } from 'node:fs';
import { Queue } from '@philjs/jobs-core';
import { Scheduler } from '@philjs/jobs-scheduler';
import { expect, test } from 'vitest';
import { ACTIONS } from '../src/dashboard/actions/action-table.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { NEEDED } from '../src/view/action-button.ts';

const document = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
const rows = [
  ...document.matchAll(/^\| [^|]+ \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$/gm),
];
const OF: { readonly [name: string]: object } = {
  queue: Queue.prototype,
  monitor: Monitor.prototype,
  scheduler: Scheduler.prototype,
};

test('the table of what people do names every action of the page, and its permission', () => {
  const listed = Object.fromEntries(rows.map(([, , , action, permission]) => [action, permission]));
  expect(listed).toEqual(NEEDED);
  expect(Object.keys(listed).sort()).toEqual(Object.keys(ACTIONS).sort());
});

const calls = [...document.matchAll(/^\| [^|]+ \| `(\w+\.[^`]+)` \|/gm)].map(
  ([, call]) => call ?? '',
);
test.each(calls)('%s can be called', (call) => {
  const [object = '', method = ''] = call.split('.');
  expect(OF[object]).toHaveProperty(method, expect.any(Function));
});
