import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderedList } from './ordered-list.ts';
import type { Ranked } from './ranked.ts';

const key = (rank: number, seq: number): Ranked => ({ rank, seq });
const compare = (a: Ranked, b: Ranked): number => a.rank - b.rank || a.seq - b.seq;
const seqs = (items: Iterable<Ranked>): number[] => [...items].map((item) => item.seq);

/** Fills a list in an order that is neither ascending nor descending. */
function scattered(count: number): { list: OrderedList<Ranked>; sorted: Ranked[] } {
  const list = new OrderedList<Ranked>();
  const items = Array.from({ length: count }, (_, i) => key((i * 7919) % 101, i));
  for (const item of items) list.insert(item);
  return { list, sorted: items.sort(compare) };
}

describe('OrderedList', () => {
  it('is empty at first', () => {
    const list = new OrderedList<Ranked>();
    expect(list.size).toBe(0);
    expect(list.first()).toBeUndefined();
    expect(list.shift()).toBeUndefined();
    expect(list.delete(key(0, 0))).toBe(false);
    expect([...list.ascending(), ...list.descending()]).toEqual([]);
    expect([...list.ascending(key(0, 0)), ...list.descending(key(0, 0))]).toEqual([]);
  });

  it('orders by rank, then by seq', () => {
    const list = new OrderedList<Ranked>();
    for (const item of [key(1, 4), key(0, 5), key(1, 3), key(-2.5, 9)]) list.insert(item);
    expect(seqs(list.ascending())).toEqual([9, 5, 3, 4]);
    expect(seqs(list.descending())).toEqual([4, 3, 5, 9]);
  });

  it('keeps thousands of items in order, whatever order they came in', () => {
    const { list, sorted } = scattered(5_000);
    expect(list.size).toBe(5_000);
    expect([...list.ascending()]).toEqual(sorted);
    expect([...list.descending()]).toEqual(sorted.toReversed());
  });

  it('adds items behind all others without comparing them', () => {
    const list = new OrderedList<Ranked>();
    for (let seq = 0; seq < 1_500; seq++) list.append(key(0, seq));
    expect(list.size).toBe(1_500);
    expect(seqs(list.ascending())).toEqual(Array.from({ length: 1_500 }, (_, seq) => seq));
    while (list.shift() !== undefined);
    list.append(key(0, 7));
    expect(seqs(list.ascending())).toEqual([7]);
  });

  it('goes on from any key, there or not, in both directions', () => {
    const { list, sorted } = scattered(1_500);
    for (const at of [0, 1, 511, 512, 700, 1_498, 1_499]) {
      const from = sorted[at] as Ranked;
      expect([...list.ascending(from)]).toEqual(sorted.slice(at + 1));
      expect([...list.descending(from)]).toEqual(sorted.slice(0, at).reverse());
      list.delete(from);
      expect([...list.ascending(from)]).toEqual(sorted.slice(at + 1));
      expect([...list.descending(from)]).toEqual(sorted.slice(0, at).reverse());
      list.insert(from);
    }
    expect([...list.ascending(key(1_000, 0))]).toEqual([]);
    expect([...list.descending(key(-1, 0))]).toEqual([]);
    expect([...list.ascending(key(-1, 0))]).toEqual(sorted);
    expect([...list.descending(key(1_000, 0))]).toEqual(sorted.toReversed());
  });

  it('takes from the front until nothing is left', () => {
    const { list, sorted } = scattered(2_000);
    const taken: Ranked[] = [];
    for (let item = list.shift(); item !== undefined; item = list.shift()) taken.push(item);
    expect(taken).toEqual(sorted);
    expect(list.size).toBe(0);
  });

  it('takes out what matches and keeps the rest', () => {
    const { list, sorted } = scattered(2_000);
    const even = (item: Ranked): boolean => item.seq % 2 === 0;
    expect(list.extract(even)).toEqual(sorted.filter(even));
    expect([...list.ascending()]).toEqual(sorted.filter((item) => !even(item)));
    expect(list.size).toBe(1_000);
  });

  it('does the same as a sorted array, whatever is done to it', () => {
    const operation = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ op: fc.constant('insert'), n: fc.integer({ min: -3, max: 3 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constant('append'), n: fc.integer({ min: 1, max: 700 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constant('prepend'), n: fc.integer({ min: 1, max: 700 }) }),
      },
      { weight: 3, arbitrary: fc.record({ op: fc.constant('delete'), n: fc.nat(5_000) }) },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constant('deleteMany'), n: fc.integer({ min: 2, max: 9 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ op: fc.constant('shift'), n: fc.integer({ min: 1, max: 600 }) }),
      },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const list = new OrderedList<Ranked>();
        let model: Ranked[] = [];
        let seq = 0;
        const insert = (rank: number, at: number): void => {
          const item = key(rank, at);
          list.insert(item);
          model.push(item);
          model.sort(compare);
        };
        for (const { op, n } of operations) {
          if (op === 'insert') insert(n, ++seq);
          if (op === 'append') for (let i = 0; i < n; i++) insert(10, ++seq);
          if (op === 'prepend') for (let i = 0; i < n; i++) insert(-10, -++seq);
          if (op === 'delete') {
            const victim = model[n % Math.max(1, model.length)] ?? key(99, 99);
            expect(list.delete(victim)).toBe(model.includes(victim));
            model = model.filter((item) => item !== victim);
          }
          if (op === 'deleteMany') {
            const victims = model.filter((_, index) => index % n !== 0);
            for (const victim of victims) expect(list.delete(victim)).toBe(true);
            model = model.filter((item) => !victims.includes(item));
          }
          if (op === 'shift') {
            for (let i = 0; i < n; i++) expect(list.shift()).toBe(model.shift());
          }
          expect(list.size).toBe(model.length);
          expect(list.first()).toBe(model[0]);
        }
        expect([...list.ascending()]).toEqual(model);
        expect([...list.descending()]).toEqual(model.toReversed());
        const from = model[seq % Math.max(1, model.length)] ?? key(0, 0);
        expect([...list.ascending(from)]).toEqual(model.filter((item) => compare(item, from) > 0));
      }),
      { numRuns: 60 },
    );
  });
});
