import { expect, test } from 'vitest';
import { matchesSearch } from './matches-search.ts';
import { parseSearch } from './search-query.ts';
import type { SearchedJob } from './searched-text.ts';
import { placesIn } from './tokenize.ts';

function isFound(search: string, fields: Partial<SearchedJob> = {}): boolean {
  const job: SearchedJob = {
    id: '1',
    name: 'mail',
    status: 'waiting',
    payload: {},
    metadata: {},
    priority: 0,
    attemptsMade: 0,
    createdAt: new Date(0),
    ...fields,
  };
  return matchesSearch(job, parseSearch(search), { now: 0 });
}

test.each(['größe', '大きさ', 'user@host', 'a/b', '_id', '0', '#1', "it's"])(
  'finds a value of a field that is named %j, and only that by its opposite',
  (field) => {
    const payload = { order: { [field]: 5 } };
    const metadata = { [field]: 'x' };
    expect(isFound(`payload.order.${field}:5`, { payload })).toBe(true);
    expect(isFound(`payload.order.${field}:6`, { payload })).toBe(false);
    expect(isFound(`payload.order.${field}:"5"`, { payload })).toBe(true);
    expect(isFound(`NOT payload.order.${field}:5`, { payload })).toBe(false);
    expect(isFound(`-payload.order.${field}:5`, { payload })).toBe(false);
    expect(isFound(`metadata.${field}:x`, { metadata })).toBe(true);
    expect(isFound(`-metadata.${field}:x`, { metadata })).toBe(false);
  },
);

test('negates text in any script after a minus', () => {
  const payload = { text: 'Ärger und 大変' };
  expect(isFound('-ärger', { payload })).toBe(false);
  expect(isFound('-大変', { payload })).toBe(false);
  expect(isFound('-ärger')).toBe(true);
  expect(isFound('-大変')).toBe(true);
});

test('compares what a codec makes of a payload by its text', () => {
  const payload = { id: 12_345_678_901_234_567_890n, at: new Date(0), of: [1n] };
  expect(isFound('payload.id:12345678901234567890', { payload })).toBe(true);
  expect(isFound('payload.at:1970-01-01T00:00:00.000Z', { payload })).toBe(true);
  expect(isFound('-payload.id:12345678901234567890', { payload })).toBe(false);
  expect(isFound('payload.of.0:1', { payload })).toBe(true);
});

test('looks into the maps and sets that a codec makes', () => {
  const payload = { by: new Map<unknown, unknown>([['sku', { n: 5n }]]), of: new Set(['é', 2]) };
  expect(isFound('payload.by.sku.n:5', { payload })).toBe(true);
  expect(isFound('payload.of.0:é payload.of[1]:2', { payload })).toBe(true);
  expect(isFound('payload.by.sku:{"n":"5"}', { payload })).toBe(true);
  expect(isFound('sku é', { payload })).toBe(true);
  expect(isFound('NOT payload.by.sku.n:5', { payload })).toBe(false);
  expect(isFound('payload.by.size:1', { payload })).toBe(false);
});

test.each(['" "', 'error:" "', 'NOT "\t"', 'name:"  "', '"\u00a0"'])(
  'refuses the blank text in %j, which would match all jobs or none',
  (search) => {
    expect(() => parseSearch(search)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  },
);

test('takes text that holds a colon as before', () => {
  expect(isFound('12:30', { payload: { at: '12:30' } })).toBe(true);
  expect(isFound('a/b:c', { id: 'a/b:c' })).toBe(true);
  expect(() => parseSearch('colour:red')).toThrow();
});

test.each(['items[0].sku', 'items.0.sku', 'grid[1][0]', 'grid.1.0', 'map.a[2]'])(
  'finds a value of a list at %j, and only that by its opposite',
  (field) => {
    const payload = { items: [{ sku: 'x' }], grid: [[], ['x']], map: { 'a[2]': 'x' } };
    expect(isFound(`payload.${field}:x`, { payload })).toBe(true);
    expect(isFound(`payload.${field}:y`, { payload })).toBe(false);
    expect(isFound(`NOT payload.${field}:x`, { payload })).toBe(false);
  },
);

test.each([
  ['items', ['items']],
  ['items[0]', ['items', '0']],
  ['a[0][12]', ['a', '0', '12']],
  ['[0][1]', ['[0]', '1']],
  ['[0]', ['[0]']],
  ['a[]', ['a[]']],
  ['a[0]b', ['a[0]b']],
  ['a]', ['a]']],
  ['a[x][0]', ['a[x]', '0']],
  ['a[[0]', ['a[', '0']],
  [`${'[1]'.repeat(9)}]`, [`${'[1]'.repeat(9)}]`]],
])('splits %j into a field and places', (step, places) => {
  expect(placesIn(step)).toEqual(places);
});

test.each(['a OR', 'NOT', 'a NOT'])('quotes %j, which lacks a condition', (search) => {
  expect(() => parseSearch(search)).toThrow(JSON.stringify(search));
});

test('finds text with quotes and backslashes as it is read, and as JSON writes it', () => {
  const payload = { said: 'say "hi" in C:\\temp' };
  for (const search of ['"say \\"hi\\""', '"c:\\\\temp"', '"\\"said\\":\\"say"']) {
    expect(isFound(search, { payload })).toBe(true);
    expect(isFound(`NOT ${search}`, { payload })).toBe(false);
  }
  expect(isFound('"say \\"ho\\""', { payload })).toBe(false);
});
