import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import {
  checkDuration,
  checkFlag,
  checkFunction,
  checkInteger,
  checkOptions,
  checkSignal,
  checkText,
  checkTime,
  invalidArgument,
} from './argument.ts';

const refused = { code: 'JOBS_INVALID_ARGUMENT', field: 'f' };
const range = { min: 1, max: 10 };

describe('argument checks', () => {
  it.each([1, 10])('take the integer %d', (value) => {
    expect(checkInteger('f', value, range)).toBe(value);
  });

  it.each([0, 11, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', null, undefined, 3n, [3]])(
    'refuse %s as an integer',
    (value) => {
      expect(refusalOf(() => checkInteger('f', value, range))).toEqual(refused);
    },
  );

  it.each([1, 1.5, 10])('take the duration %d', (value) => {
    expect(checkDuration('f', value, range)).toBe(value);
  });

  it.each([0, -1, 10.1, Number.NaN, Number.POSITIVE_INFINITY, '5s', null, undefined])(
    'refuse %s as a duration',
    (value) => {
      expect(refusalOf(() => checkDuration('f', value, range))).toEqual(refused);
    },
  );

  it('take times as Date and as number, and refuse what is none', () => {
    expect(checkTime('f', new Date(5))).toBe(5);
    expect(checkTime('f', -5)).toBe(-5);
    for (const value of [new Date(Number.NaN), Number.NaN, 9e15, '2026', null, undefined]) {
      expect(refusalOf(() => checkTime('f', value))).toEqual(refused);
    }
  });

  it('take what is absent where it may be', () => {
    for (const check of [checkFunction, checkFlag, checkText, checkSignal]) {
      expect(refusalOf(() => check('f', undefined))).toBeUndefined();
      expect(refusalOf(() => check('f', null))).toEqual(refused);
    }
    checkFunction('f', () => 1);
    checkFlag('f', false);
    checkText('f', '');
    checkSignal('f', new AbortController().signal);
    for (const [check, value] of [
      [checkFunction, {}],
      [checkFlag, 1],
      [checkText, 1],
      [checkSignal, { aborted: false }],
    ] as const) {
      expect(refusalOf(() => check('f', value))).toEqual(refused);
    }
  });

  it.each([null, undefined, 5, 'text', [1]])('refuse %s as options', (value) => {
    expect(refusalOf(() => checkOptions('f', value, ['a']))).toEqual(refused);
  });

  it.each([
    ['a promise that was not awaited', Promise.resolve({ a: 1 })],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set(['a'])],
    ['a Date', new Date()],
  ])('refuse %s as options, which would say nothing', (_, value) => {
    expect(refusalOf(() => checkOptions('f', value, ['a']))).toEqual(refused);
    expect(checkOptions('f', Object.assign(Object.create({ b: 1 }), { a: 1 }), ['a'])).toEqual({
      a: 1,
    });
  });

  it('refuse unknown options and suggest the one that was meant', () => {
    const synonyms = new Map([['retries', 'attempts']]);
    const suggestionIn = (options: object): unknown => {
      try {
        checkOptions('job', options, ['attempts', 'backoff'], synonyms);
      } catch (error) {
        return (error as JobsError).details;
      }
      return undefined;
    };
    expect(suggestionIn({ attempts: 1, backoff: undefined })).toBeUndefined();
    expect(suggestionIn({ retries: 3 })).toEqual({ field: 'job.retries', suggestion: 'attempts' });
    expect(suggestionIn({ backof: 3 })).toEqual({ field: 'job.backof', suggestion: 'backoff' });
    expect(suggestionIn({ colour: 3 })).toEqual({ field: 'job.colour', suggestion: undefined });
  });

  it('show of an address its protocol, and of the secret of a webhook its prefix', () => {
    const shown = (value: unknown): string => invalidArgument('f', 'options', value).message;
    for (const address of [
      'redis://:hunter2@host:6379',
      'postgres://me:hunter2@host/shop',
      ' rediss://me:my hunter2@host',
      'https://hooks.example.com/services/hunter2',
      'whsec_hunter2',
    ]) {
      expect(shown(address)).toMatch(/[a-z](?::\/\/|_)…/);
      expect(shown(address)).not.toContain('hunter2');
    }
  });

  it('say what came without running its code', () => {
    const shown = (value: unknown): string => invalidArgument('f', 'a number', value).message;
    const fail = (): never => {
      throw new Error('ran');
    };
    const hostile = new Proxy({}, { get: fail, getPrototypeOf: fail, ownKeys: fail });
    for (const value of [hostile, Object.create(null), Object.create({ constructor: null })]) {
      expect(shown(value)).toContain('got');
    }
    expect(shown(-0)).toContain('-0');
    expect(shown('x'.repeat(500)).length).toBeLessThan(150);
    expect(shown(new Map())).toContain('Map');
    expect(shown([1, 2])).toContain('array of 2');
    expect(shown(new Date(0))).toContain('1970');
    expect(shown(new Date(Number.NaN))).toContain('invalid Date');
    expect(shown(3n)).toContain('3n');
    expect(shown(Symbol('s'))).toContain('symbol');
    expect(shown(() => 1)).toContain('function');
    expect(shown(Object.create(Object.create(null)))).toContain('prototype');
  });
});
