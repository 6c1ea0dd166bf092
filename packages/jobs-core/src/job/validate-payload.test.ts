import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobsError } from '../errors/jobs-error.ts';
import { validatePayload } from './validate-payload.ts';

const byHand: StandardSchemaV1<unknown, number> = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate: (value) =>
      typeof value === 'number'
        ? { value }
        : { issues: [{ message: 'no number', path: ['list', { key: 2 }, Symbol.iterator] }] },
  },
};

const schemas: [string, StandardSchemaV1][] = [
  ['zod', z.object({ to: z.email(), count: z.number().default(1), tags: z.array(z.string()) })],
  [
    'valibot',
    v.object({
      to: v.pipe(v.string(), v.email()),
      count: v.optional(v.number(), 1),
      tags: v.array(v.string()),
    }),
  ],
];

async function issuesOf(schema: StandardSchemaV1, payload: unknown): Promise<unknown> {
  try {
    await validatePayload(schema, payload, 'send');
  } catch (error) {
    expect((error as JobsError).code).toBe('JOBS_INVALID_PAYLOAD');
    return (error as JobsError).details?.['issues'];
  }
  return undefined;
}

describe.each(schemas)('a payload with a schema of %s', (_, schema) => {
  it('comes out as the schema makes it, at once', () => {
    expect(validatePayload(schema, { to: 'ada@example.org', tags: [] }, 'send')).toEqual({
      to: 'ada@example.org',
      count: 1,
      tags: [],
    });
  });

  it('is refused with each issue and where it is', async () => {
    expect(await issuesOf(schema, { to: 'ada', tags: ['a', 7] })).toEqual([
      { path: 'payload.to', message: expect.any(String) },
      { path: 'payload.tags[1]', message: expect.any(String) },
    ]);
  });
});

describe('validatePayload', () => {
  it('reads paths of every kind', async () => {
    expect(await issuesOf(byHand, 'text')).toEqual([
      { path: 'payload.list[2].Symbol(Symbol.iterator)', message: 'no number' },
    ]);
    expect(await issuesOf(z.number(), 'text')).toEqual([
      { path: 'payload', message: expect.any(String) },
    ]);
  });

  it('waits for a schema that takes its time', async () => {
    const slow = z.string().refine(async (text) => text === 'good');
    await expect(validatePayload(slow, 'good', 'send')).resolves.toBe('good');
    expect(await issuesOf(slow, 'bad')).toHaveLength(1);
  });

  it('keeps every issue, and lists a few', async () => {
    const bad = Array.from({ length: 40 }, (_, index) => index);
    await expect(async () => validatePayload(z.array(z.string()), bad, 'send')).rejects.toThrow(
      /35 more/,
    );
    expect(await issuesOf(z.array(z.string()), bad)).toHaveLength(40);
  });
});

describe('a schema that answers a thenable which is no promise', () => {
  const answering = (result: unknown): StandardSchemaV1 => ({
    '~standard': {
      version: 1,
      vendor: 'by hand',
      validate: () =>
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
        ({ then: (onAnswer: (answer: unknown) => void) => onAnswer(result) }) as never,
    },
  });

  it('is waited for: its refusal holds, and so does its output', async () => {
    expect(await issuesOf(answering({ issues: [{ message: 'no' }] }), 1)).toHaveLength(1);
    await expect(validatePayload(answering({ value: 7 }), 1, 'send')).resolves.toBe(7);
  });

  it('refuses with whatever the issues are made of', async () => {
    const issues = [null, 'no', {}, { message: 7, path: 5 }, { message: 'no', path: [null] }];
    expect(await issuesOf(answering({ issues }), 1)).toEqual([
      { path: 'payload', message: 'undefined' },
      { path: 'payload', message: 'undefined' },
      { path: 'payload', message: 'undefined' },
      { path: 'payload', message: '7' },
      { path: 'payload.null', message: 'no' },
    ]);
  });

  it('refuses an answer that is none', async () => {
    for (const result of [undefined, null, true, { issues: null }, { issues: 'no' }]) {
      await expect(async () => validatePayload(answering(result), 1, 'send')).rejects.toMatchObject(
        {
          code: 'JOBS_INVALID_ARGUMENT',
          details: { field: 'schema' },
        },
      );
    }
  });
});
