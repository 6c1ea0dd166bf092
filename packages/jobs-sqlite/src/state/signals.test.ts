import { expect, it } from 'vitest';
import { Signals } from './signals.ts';

it('reaches those that listen to the queue, whichever was there first', () => {
  const before = Signals.of('/a.sqlite', 'jobs');
  let heard = 0;
  const remove = Signals.of('/a.sqlite', 'jobs').add({ onReady: () => heard++ });
  before.ready();
  Signals.of('/a.sqlite', 'jobs').ready();
  Signals.of('/b.sqlite', 'jobs').ready();
  Signals.of('/a.sqlite', 'other').ready();
  expect(heard).toBe(2);
  remove();
  before.ready();
  expect(heard).toBe(2);
});
