import type { ScheduleRecord } from '@philjs/jobs-core/backend';
import { describe, expect, it } from 'vitest';
import { ScheduleTable } from './schedule-table.ts';

const schedule = (id: string, nextAt?: number): Omit<ScheduleRecord, 'revision'> => ({
  id,
  jobName: 'report',
  spec: { cron: '* * * * *' },
  state: { runs: 0 },
  nextAt,
});
const ids = (schedules: readonly ScheduleRecord[]) => schedules.map((one) => one.id);

describe('put', () => {
  it('creates and changes, each time under a higher revision', () => {
    const table = new ScheduleTable();
    const first = table.put(schedule('a', 5));
    expect(first).toEqual({ ...schedule('a', 5), revision: 1 });
    const second = table.put(schedule('a', 9));
    expect(second?.revision).toBeGreaterThan(1);
    expect(table.get('a')).toEqual(second);
  });

  it('refuses a change decided on another revision', () => {
    const table = new ScheduleTable();
    expect(table.put(schedule('a', 5), 1)).toBeUndefined();
    expect(table.put(schedule('a', 5), 0)).toBeDefined();
    expect(table.put(schedule('a', 6), 0)).toBeUndefined();
    expect(table.put(schedule('a', 6), 1)).toBeDefined();
    expect(table.put(schedule('a', 7), 1)).toBeUndefined();
    expect(table.get('a')?.nextAt).toBe(6);
  });

  it('refuses a change decided on one that was removed and made again', () => {
    const table = new ScheduleTable();
    const { revision } = table.put(schedule('a', 5))!;
    table.remove('a');
    table.put(schedule('a', 5));
    expect(table.put(schedule('a', 6), revision)).toBeUndefined();
  });

  it('gives and takes copies', () => {
    const table = new ScheduleTable();
    const given = { ...schedule('a', 5), state: { runs: 0 } };
    (table.put(given)!.state as { runs: number }).runs = 7;
    given.state.runs = 8;
    (table.get('a')!.state as { runs: number }).runs = 9;
    expect(table.get('a')?.state).toEqual({ runs: 0 });
  });
});

describe('due', () => {
  it('answers with what is due, earliest first, and when the next one is', () => {
    const table = new ScheduleTable();
    for (const [id, at] of Object.entries({ c: 30, a: 10, d: 40, b: 20 })) {
      table.put(schedule(id, at));
    }
    table.put(schedule('paused'));
    const due = table.due(30, 10);
    expect([ids(due.schedules), due.nextAt]).toEqual([['a', 'b', 'c'], 40]);
    const some = table.due(30, 2);
    expect([ids(some.schedules), some.nextAt]).toEqual([['a', 'b'], 30]);
    const all = table.due(99, 10);
    expect([ids(all.schedules), all.nextAt]).toEqual([['a', 'b', 'c', 'd'], undefined]);
  });

  it('follows changes and removals', () => {
    const table = new ScheduleTable();
    table.put(schedule('a', 10));
    table.put(schedule('b', 10));
    table.put(schedule('c', 10));
    table.put(schedule('a', 50));
    table.put(schedule('b'));
    expect(table.remove('c')).toBe(true);
    expect(table.remove('c')).toBe(false);
    expect(table.due(10, 10)).toMatchObject({ schedules: [], nextAt: 50 });
  });
});

describe('list', () => {
  it('reads by id, page by page, also when schedules come and go', () => {
    const table = new ScheduleTable();
    for (const id of ['d', 'b', 'a', 'c', 'e']) table.put(schedule(id));
    const first = table.list({ limit: 2 });
    expect([ids(first.schedules), first.cursor]).toEqual([['a', 'b'], 'b']);
    table.remove('b');
    table.put(schedule('aa'));
    const second = table.list({ limit: 2, cursor: 'b' });
    expect([ids(second.schedules), second.cursor]).toEqual([['c', 'd'], 'd']);
    const last = table.list({ limit: 2, cursor: 'd' });
    expect([ids(last.schedules), last.cursor]).toEqual([['e'], undefined]);
    expect(table.list({ limit: 9, cursor: 'zzz' })).toEqual({ schedules: [] });
  });
});

it('tells those who watch until they no longer do', () => {
  const table = new ScheduleTable();
  let heard = 0;
  const stop = table.watch(() => heard++);
  table.tellChange();
  stop();
  table.tellChange();
  expect(heard).toBe(1);
});

it('goes on behind a cursor though what it names has moved', () => {
  const table = new ScheduleTable();
  for (const id of ['a', 'b', 'c', 'd']) table.put(schedule(id, 5));
  const first = table.due(10, 2);
  expect(ids(first.schedules)).toEqual(['a', 'b']);
  table.put(schedule('b', 50));
  const second = table.due(10, 2, first.cursor);
  expect(ids(second.schedules)).toEqual(['c', 'd']);
  expect(second.cursor).toBeUndefined();
});
