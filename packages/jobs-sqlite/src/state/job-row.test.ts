import { expect, it } from 'vitest';
import { RECORD_COLUMNS, toRecord } from './job-row.ts';

it('makes a record of no other columns than it lists', () => {
  const listed = RECORD_COLUMNS.split(/,\s+/);
  const read = new Set<string>();
  const values: { readonly [column: string]: string | number } = {
    id: 'a',
    name: 'b',
    waits_for: 1,
  };
  const row = new Proxy(values, {
    get: (_, column) => {
      read.add(String(column));
      return values[String(column)] ?? null;
    },
  });
  expect(toRecord(row)).toMatchObject({ id: 'a', name: 'b', dependencies: { total: 1 } });
  expect([...read].filter((column) => !listed.includes(column))).toEqual([]);
  expect(listed.filter((column) => !read.has(column))).toEqual(['key']);
});
