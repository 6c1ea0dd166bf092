import { isJobsError } from '@philjs/jobs-core';
import { describe, expect, it } from 'vitest';
import { processFlags } from './host/process-flags.ts';
import { isolated } from './isolated.ts';
import { checkIsolatedOptions } from './isolated-options.ts';

const url = new URL('./encode.ts', import.meta.url);

describe('isolated', () => {
  it.each([
    ['module', () => isolated<1, 1>('./encode.ts' as never)],
    ['module', () => isolated<1, 1>(undefined as never)],
    ['module', () => isolated<1, 1>(new URL('https://example.com/encode.js'))],
    ['options.in', () => isolated<1, 1>(url, { in: 'worker' as never })],
    ['options.memory', () => isolated<1, 1>(url, { memory: 8 })],
    ['options.memory', () => isolated<1, 1>(url, { memory: '1GB' as never })],
    ['options.idle', () => isolated<1, 1>(url, { idle: -1 })],
    ['options.idel', () => isolated<1, 1>(url, { idel: 1 } as never)],
  ])('refuses a wrong %s', (field, make) => {
    let thrown: unknown;
    try {
      make();
    } catch (error) {
      thrown = error;
    }
    expect(isJobsError(thrown, 'JOBS_INVALID_ARGUMENT') && thrown.details?.['field']).toBe(field);
  });

  it('takes a thread, or a process where memory is limited', () => {
    expect(checkIsolatedOptions({}).place).toBe('thread');
    expect(checkIsolatedOptions({ memory: 64 }).place).toBe('process');
    expect(checkIsolatedOptions({ memory: 64, in: 'thread' }).place).toBe('thread');
  });
});

it('passes the flags of the worker on to a process, but for those of its own', () => {
  const own = ['--import', 'tsx', '--inspect-brk=9229', '--max-old-space-size=4096', '-e', 'run()'];
  expect(processFlags(own, undefined)).toEqual(['--import', 'tsx']);
  expect(processFlags(['--conditions=test'], 64)).toEqual([
    '--conditions=test',
    '--max-old-space-size=64',
  ]);
});
