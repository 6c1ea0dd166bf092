import { describe, expect, it } from 'vitest';
import { JobsError } from './jobs-error.ts';
import { serializeError } from './serialize-error.ts';

class Unreadable extends Error {
  override get message(): string {
    throw new Error('no message for you');
  }
}

const circular = new Error('round');
circular.cause = circular;

const revocable = Proxy.revocable({}, {});
revocable.revoke();

const hostile = new Proxy(new Error('x'), {
  getPrototypeOf() {
    throw new Error('never ask');
  },
  get() {
    throw new Error('never read');
  },
});

const frozen = Object.freeze(new Error('frozen'));

/** Values a handler may throw, and the expected text of each. */
const THROWN: [label: string, thrown: unknown, name: string, message: RegExp][] = [
  ['undefined', undefined, 'NonError', /undefined/],
  ['null', null, 'NonError', /null/],
  ['a string', 'x', 'NonError', /^x$/],
  ['an empty string', '', 'NonError', /""/],
  ['zero', 0, 'NonError', /0/],
  ['a BigInt', 5n, 'NonError', /5n/],
  ['a symbol', Symbol('s'), 'NonError', /symbol/],
  ['a function', () => 1, 'NonError', /function/],
  ['an empty object', {}, 'NonError', /\{\}/],
  ['an object', { status: 503 }, 'NonError', /503/],
  [
    'a circular object',
    (() => Object.assign(Object.create(null), { circular }))(),
    'NonError',
    /./,
  ],
  ['an object that looks like an error', { message: 'like', name: 'Like' }, 'Like', /^like$/],
  ['a frozen Error', frozen, 'Error', /^frozen$/],
  ['an Error whose message throws', new Unreadable(), 'Error', /cannot be read/],
  [
    'an AggregateError',
    new AggregateError([new Error('a'), 'b'], 'both'),
    'AggregateError',
    /^both$/,
  ],
  ['a Response', new Response(null, { status: 503 }), 'NonError', /^an instance of Response was/],
  ['a circular cause', circular, 'Error', /^round$/],
  ['a revoked proxy', revocable.proxy, 'NonError', /./],
  ['a proxy that throws', hostile, 'NonError', /./],
  ['a DOMException', new DOMException('gone', 'AbortError'), 'AbortError', /^gone$/],
  ['an Error without message', new Error(), 'Error', /^$/],
  ['an Error without name', Object.assign(new Error('m'), { name: '' }), 'Error', /^m$/],
  ['an Error with an odd name', Object.assign(new Error('m'), { name: 7 }), 'Error', /^m$/],
];

describe('serializeError', () => {
  it.each(THROWN)('makes %s readable', (_, thrown, name, message) => {
    const serialized = serializeError(thrown);
    expect(serialized.name).toBe(name);
    expect(serialized.message).toMatch(message);
    expect(JSON.parse(JSON.stringify(serialized))).toEqual(serialized);
  });

  it('keeps code, stack and cause', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNREFUSED' });
    const serialized = serializeError(new JobsError('JOBS_TIMEOUT', 'late', { cause }));
    expect(serialized).toMatchObject({ name: 'JobsError', code: 'JOBS_TIMEOUT' });
    expect(serialized.stack).toContain('late');
    expect(serialized.cause).toMatchObject({ name: 'TypeError', code: 'ECONNREFUSED' });
  });

  it('keeps the fields an error was given, as far as JSON carries them and they are short', () => {
    class Response {
      readonly body = 'x';
    }
    const given = {
      status: 503,
      retryable: true,
      limits: { perMinute: 60 },
      response: new Response(),
      big: 'b'.repeat(2000),
      count: 5n,
      retry: () => 1,
      code: 'E_BUSY',
    };
    const serialized = serializeError(Object.assign(new Error('busy'), given));
    expect(serialized).toMatchObject({ code: 'E_BUSY', message: 'busy' });
    expect(serialized.details).toEqual({ status: 503, retryable: true, limits: { perMinute: 60 } });
    expect(serializeError(new Error('plain'))).not.toHaveProperty('details');
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`f${index}`, index]),
    );
    expect(
      Object.keys(serializeError(Object.assign(new Error('m'), many)).details ?? {}),
    ).toHaveLength(20);
    const hostile = Object.defineProperty(new Error('h'), 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(serializeError(hostile).message).toBe('h');
  });

  it('keeps a numeric code as text and leaves out one that is neither', () => {
    expect(serializeError(Object.assign(new Error('a'), { code: 42 })).code).toBe('42');
    expect(serializeError(Object.assign(new Error('a'), { code: {} }))).not.toHaveProperty('code');
  });

  it('keeps a cause that is no error, and leaves out an empty one', () => {
    expect(serializeError(new Error('a', { cause: 'why' })).cause).toEqual({
      name: 'NonError',
      message: 'why',
    });
    expect(serializeError(new Error('a', { cause: null }))).not.toHaveProperty('cause');
  });

  it('ends causes and parts that go on for ever', () => {
    let depth = 0;
    for (let at = serializeError(circular).cause; at !== undefined; at = at.cause) depth += 1;
    expect(depth).toBe(5);
    const aggregate = new AggregateError([], 'all');
    for (let i = 0; i < 50; i++) aggregate.errors.push(aggregate);
    const { errors } = serializeError(aggregate);
    expect(errors).toHaveLength(10);
    expect(JSON.stringify(errors).length).toBeLessThan(1_000_000);
  });

  it('cuts what is long', () => {
    const serialized = serializeError(new Error('m'.repeat(50_000)));
    expect(serialized.message.length).toBeLessThanOrEqual(10_001);
    expect(serialized.stack?.length).toBeLessThanOrEqual(10_001);
    expect(serializeError('s'.repeat(50_000)).message.length).toBeLessThanOrEqual(10_001);
    expect(serializeError({ text: 'o'.repeat(50_000) }).message.length).toBeLessThan(1_000);
  });
});

describe('the size of a serialised error', () => {
  const bytes = (thrown: unknown): number =>
    Buffer.byteLength(JSON.stringify(serializeError(thrown)), 'utf8');

  /** An AggregateError of AggregateErrors, ten wide, each with a long message and a chain of causes. */
  function nested(depth: number, text: string): Error {
    const cause = depth === 0 ? undefined : nested(depth - 1, text);
    const parts = depth === 0 ? [] : Array.from({ length: 10 }, () => nested(depth - 1, text));
    return new AggregateError(parts, text, cause && { cause });
  }

  it.each([
    ['letters', 'x'],
    ['three bytes each', '✓'],
    ['what JSON escapes', '\u0000'],
  ])('is bounded, however parts and causes are nested: %s', (_, letter) => {
    expect(bytes(nested(4, letter.repeat(20_000)))).toBeLessThan(80_000);
  });

  it('leaves a long error and its cause whole', () => {
    const cause = new Error('b'.repeat(5000));
    const serialized = serializeError(new Error('a'.repeat(5000), { cause }));
    expect(serialized).toMatchObject({ message: 'a'.repeat(5000) });
    expect(serialized.cause?.message).toBe('b'.repeat(5000));
  });

  it('is never cut within a character, and holds none that UTF-8 cannot carry', () => {
    for (const text of ['😀'.repeat(10_000), `a${'😀'.repeat(10_000)}`, 'nice \ud83d']) {
      const { message, stack, cause } = serializeError(new Error(text, { cause: text }));
      for (const kept of [message, stack ?? '', cause?.message ?? '']) {
        expect(kept).toBe(Buffer.from(kept, 'utf8').toString('utf8'));
      }
    }
  });
});

describe('the details of a JobsError', () => {
  it('are kept as JSON', () => {
    const details = { field: 'payload', issues: [{ path: 'payload.to', message: 'no' }] };
    const error = new JobsError('JOBS_INVALID_PAYLOAD', 'no', { details });
    expect(serializeError(error).details).toEqual(details);
  });

  it('are left out when JSON cannot carry them, or when they are long', () => {
    for (const details of [{ n: 1n }, { text: 'x'.repeat(100_000) }]) {
      const error = new JobsError('JOBS_INVALID_PAYLOAD', 'no', { details });
      expect(serializeError(error)).not.toHaveProperty('details');
    }
    // On any other error it is a field like the rest.
    const other = Object.assign(new Error('a'), { details: { a: 1 } });
    expect(serializeError(other).details).toEqual({ details: { a: 1 } });
  });
});
