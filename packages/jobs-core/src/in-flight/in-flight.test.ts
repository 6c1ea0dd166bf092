import { expect, it } from 'vitest';
import { InFlight, type Placed } from './in-flight.ts';

interface Item extends Placed {
  readonly name: string;
}

const itemOf = (name: string): Item => ({ name, place: -1 });

it('holds what was added until it is taken out, in any order', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(itemOf) as [Item, Item, Item];
  const inFlight = new InFlight<Item>();
  for (const item of [a, b, c]) inFlight.add(item);
  expect(inFlight.delete(a)).toBe(true);
  expect(inFlight.items().sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([b, c]);
  expect(inFlight.delete(c)).toBe(true);
  expect(inFlight.delete(b)).toBe(true);
  expect(inFlight.size).toBe(0);
});

it('says whether an item was there', () => {
  const [a, b] = [itemOf('a'), itemOf('b')];
  const inFlight = new InFlight<Item>();
  inFlight.add(a);
  expect(inFlight.delete(b)).toBe(false);
  expect(inFlight.delete(a)).toBe(true);
  expect(inFlight.delete(a)).toBe(false);
});

it('finds by what is asked for, and lets what was found be taken out while all are gone through', () => {
  const inFlight = new InFlight<Item>();
  for (const name of ['a', 'b', 'c']) inFlight.add(itemOf(name));
  expect(inFlight.find(({ name }) => name === 'b')?.name).toBe('b');
  expect(inFlight.find(({ name }) => name === 'd')).toBeUndefined();
  for (const item of inFlight.items()) inFlight.delete(item);
  expect(inFlight.size).toBe(0);
});

it('takes all out at once', () => {
  const item = itemOf('a');
  const inFlight = new InFlight<Item>();
  inFlight.add(item);
  inFlight.clear();
  expect([inFlight.size, item.place, inFlight.delete(item)]).toEqual([0, -1, false]);
  inFlight.add(item);
  expect(inFlight.items()).toEqual([item]);
});
