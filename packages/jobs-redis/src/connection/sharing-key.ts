import type { RedisOptions } from 'ioredis';

const numbers = new WeakMap<object, number>();
let last = 0;

/**
 * Writes options as text, equal for those with which queues may share connections: plain values, objects and lists by what
 * they hold, a function or an instance of a class by which one it is.
 */
export function sharingKey(options: RedisOptions): string {
  return write(options, []);
}

function write(value: unknown, around: readonly object[]): string {
  if (typeof value === 'function') return numberOf(value);
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(`${typeof value} ${String(value)}`);
  }
  // One that holds itself is written as which one it is.
  if (!isPlain(value) || around.includes(value)) return numberOf(value);
  const within = [...around, value];
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, held]) => `${JSON.stringify(name)}:${write(held, within)}`).join()}}`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function numberOf(value: object): string {
  const number = numbers.get(value) ?? ++last;
  numbers.set(value, number);
  return `#${number}`;
}
