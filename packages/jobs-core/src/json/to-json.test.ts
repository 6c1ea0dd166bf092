import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { JobsError } from '../errors/jobs-error.ts';
import { MAX_JSON_DEPTH, toJson } from './to-json.ts';

const CODE = 'JOBS_PAYLOAD_NOT_SERIALIZABLE';
const convert = (value: unknown): unknown => toJson(value, 'payload', CODE);

function refusal(value: unknown): JobsError {
  try {
    convert(value);
  } catch (error) {
    return error as JobsError;
  }
  throw new Error('It was accepted');
}

class Point {
  x = 1;
}

class Money {
  readonly cents = 250;
  toJSON(): unknown {
    return { cents: this.cents, currency: 'EUR' };
  }
}

class Named {
  toJSON(key: string): string {
    return `named ${typeof key} ${key}`;
  }
}

function nested(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { in: value };
  return value;
}

describe('toJson', () => {
  it.each([
    ['a string', 'text'],
    ['an empty string', ''],
    ['zero', 0],
    ['a fraction', 0.1],
    ['false', false],
    ['null', null],
    ['nothing', undefined],
    ['an array', [1, [2, { three: 3 }]]],
    ['an object', { a: { b: ['c', null] } }],
    ['the largest number', Number.MAX_VALUE],
    ['a lone surrogate', 'half: \ud800'],
    ['an emoji', { '🙂': '🙂' }],
  ])('carries %s unchanged', (_, value) => {
    expect(convert(value)).toStrictEqual(value);
  });

  it('makes a copy that shares nothing with what was given', () => {
    const value = { list: [{ deep: true }] };
    const copy = convert(value) as typeof value;
    value.list[0]!.deep = false;
    value.list.push({ deep: false });
    expect(copy).toEqual({ list: [{ deep: true }] });
  });

  it.each([
    ['undefined properties are left out', { a: 1, b: undefined }],
    ['−0 becomes 0', { zero: -0, list: [-0] }],
    ['a Date becomes its text', { at: new Date(0) }],
    ['toJSON is called', { price: new Money() }],
    ['toJSON gets its key', { a: new Named(), b: [new Named(), [1, new Named()]] }],
    ['toJSON may answer with nothing', { gone: { toJSON: () => undefined }, kept: 1 }],
    ['a getter is read', Object.defineProperty({}, 'a', { get: () => 1, enumerable: true })],
    ['what is not enumerable is left out', Object.defineProperty({ a: 1 }, 'b', { value: 2 })],
    ['an object without prototype is one', Object.assign(Object.create(null), { a: 1 })],
    ['a proxy of an object is one', new Proxy({ a: [1] }, {})],
    ['a property named toJSON that is no function is data', { toJSON: 'yes' }],
    ['an object of another realm is one', runInNewContext('({ a: [{ b: 1 }] })')],
    ['a Date of another realm is one', { at: runInNewContext('new Date(5)') }],
    ['symbol keys are left out', { a: 1, [Symbol('s')]: 2 }],
  ])('does as a JSON round trip: %s', (_, value) => {
    expect(convert(value)).toStrictEqual(JSON.parse(JSON.stringify(value)));
  });

  const circular: { self?: unknown } = {};
  circular.self = { back: [circular] };

  it.each([
    ['a BigInt', { a: { b: 1n } }, 'payload.a.b'],
    ['a function', { a: [() => 1] }, 'payload.a[0]'],
    ['a symbol', { 'odd key': Symbol('s') }, 'payload["odd key"]'],
    ['NaN', { n: Number.NaN }, 'payload.n'],
    ['Infinity', [1, Number.POSITIVE_INFINITY], 'payload[1]'],
    ['a Map', { m: new Map() }, 'payload.m'],
    ['a Set', { s: new Set() }, 'payload.s'],
    ['a class instance', { user: { at: new Point() } }, 'payload.user.at'],
    ['an Error', { e: new Error('x') }, 'payload.e'],
    ['a RegExp', /x/, 'payload'],
    ['a boxed number', { n: Object(5) }, 'payload.n'],
    ['a Promise', { p: Promise.resolve() }, 'payload.p'],
    ['bytes', { b: new Uint8Array(2) }, 'payload.b'],
    ['an invalid Date', { at: new Date(Number.NaN) }, 'payload.at'],
    ['an invalid Date of another realm', { at: runInNewContext('new Date(NaN)') }, 'payload.at'],
    ['a Map of another realm', { m: runInNewContext('new Map()') }, 'payload.m'],
    ['bad data within another realm', runInNewContext('({ a: { b: NaN } })'), 'payload.a.b'],
    ['a circular reference', circular, 'payload.self.back[0]'],
    ['a hole', { list: Object.assign([1], { 2: 3 }) }, 'payload.list[1]'],
    ['undefined in an array', [undefined], 'payload[0]'],
    ['an own __proto__', JSON.parse('{"a":{"__proto__":{"admin":true}}}'), 'payload.a.__proto__'],
    ['a toJSON that answers with a BigInt', { a: { toJSON: () => ({ n: 1n }) } }, 'payload.a.n'],
  ])('refuses %s and says where', (_, value, path) => {
    expect(refusal(value)).toMatchObject({ code: CODE, details: { path } });
  });

  it.each([
    [
      'a getter',
      { a: Object.defineProperty({}, 'b', { get: fail, enumerable: true }) },
      'payload.a.b',
    ],
    ['toJSON', { a: { toJSON: fail } }, 'payload.a'],
    ['a proxy', { a: new Proxy({}, { ownKeys: fail }) }, 'payload.a'],
    ['a revoked proxy', { a: revoked() }, 'payload.a'],
  ])('refuses %s that throws, with what it threw', (_, value, path) => {
    const error = refusal(value);
    expect(error).toMatchObject({ code: CODE, details: { path } });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('refuses a value that is bad only when it is first looked at', () => {
    let reads = 0;
    const value = Object.defineProperty({}, 'odd', {
      get: () => (reads++ === 0 ? 1n : 1),
      enumerable: true,
    });
    expect(refusal(value)).toMatchObject({ code: CODE, details: { path: 'payload' } });
  });

  it('takes nesting up to its limit and refuses what goes deeper, however deep', () => {
    expect(convert(nested(MAX_JSON_DEPTH))).toEqual(nested(MAX_JSON_DEPTH));
    for (const levels of [MAX_JSON_DEPTH + 1, 10_000, 200_000]) {
      expect(refusal(nested(levels)).code).toBe(CODE);
    }
  });

  it('refuses a toJSON that answers with itself for ever', () => {
    const again: { toJSON(): unknown } = { toJSON: () => again };
    expect(refusal({ again })).toMatchObject({ code: CODE, details: { path: 'payload.again' } });
  });

  it('gives the error the code asked for', () => {
    expect(() => toJson(1n, 'result', 'JOBS_RESULT_NOT_SERIALIZABLE')).toThrowError(
      expect.objectContaining({
        code: 'JOBS_RESULT_NOT_SERIALIZABLE',
        details: { path: 'result' },
      }) as Error,
    );
  });
});

function fail(): never {
  throw new TypeError('cannot be read');
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a limit of bytes', () => {
  const bounded = (value: unknown, maxBytes: number): unknown => {
    try {
      return toJson(value, 'payload', CODE, { maxBytes, code: 'JOBS_PAYLOAD_TOO_LARGE' });
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it('is kept to the byte', () => {
    const long = Array.from({ length: 50 }, () => -0.0000010004170073682551);
    const mixed = { a: [1, -2.5, null, true], ké: {} };
    for (const value of ['é😀\n', mixed, [[], {}], 'x'.repeat(99), long]) {
      const bytes = Buffer.byteLength(JSON.stringify(value));
      expect(bounded(value, bytes)).toEqual(value);
      expect(bounded(value, bytes - 1)).toBe('JOBS_PAYLOAD_TOO_LARGE');
    }
  });

  it('is kept to the byte where `toJSON` makes the text, as that of a Date does', () => {
    const dates = Array.from({ length: 1000 }, (_, day) => new Date(day * 86_400_000));
    const bytes = Buffer.byteLength(JSON.stringify(dates));
    expect(bounded(dates, bytes)).toEqual(JSON.parse(JSON.stringify(dates)));
    expect(bounded(dates, bytes - 1)).toBe('JOBS_PAYLOAD_TOO_LARGE');
  });

  it('is found out before shared references are copied', () => {
    let shared: unknown = ['x'.repeat(1000)];
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    const before = process.memoryUsage().heapUsed;
    expect(bounded(shared, 1_048_576)).toBe('JOBS_PAYLOAD_TOO_LARGE');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });

  it('does not hide what JSON cannot carry', () => {
    const circular: { text: string; self?: unknown } = { text: 'x'.repeat(10_000) };
    circular.self = circular;
    expect(bounded(circular, 20_000)).toBe(CODE);
    let shared: unknown = [1n];
    for (let level = 0; level < 60; level++) shared = [['x'.repeat(1000)], shared, shared];
    expect(bounded(shared, 20_000)).toBe(CODE);
  });
});
