import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { formOf } from './form-of.ts';

type StandardSchema = NonNullable<JobDefinition['schema']>;

const handler = (): void => undefined;

/** A schema of a library that describes its input as JSON Schema, as Standard JSON Schema says. */
function described(schema: object | (() => never)): StandardSchema {
  const input = typeof schema === 'function' ? schema : (): object => schema;
  const standard = {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input, output: input },
  };
  return { '~standard': standard } as StandardSchema;
}

test('makes a field of each property, by its type, and writes JSON for the rest', () => {
  const schema = described({
    type: 'object',
    required: ['to', 'count', 'kind', 'urgent'],
    properties: {
      to: { type: 'string', title: 'Recipient', description: 'An address' },
      count: { type: 'integer', default: 3 },
      kind: { enum: ['letter', 'card', 7] },
      urgent: { type: 'boolean' },
      note: { type: 'string', default: 'hello' },
      list: { type: 'array', items: { type: 'string' } },
      either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    },
  });
  const { fields, example } = formOf('emails', defineJob({ name: 'send', schema, handler }));
  expect(fields).toEqual([
    { name: 'to', label: 'Recipient', kind: 'text', required: true, hint: 'An address' },
    { name: 'count', label: 'count', kind: 'number', required: true, value: '3' },
    {
      name: 'kind',
      label: 'kind',
      kind: 'choice',
      required: true,
      choices: ['"letter"', '"card"', '7'],
    },
    { name: 'urgent', label: 'urgent', kind: 'boolean', required: true },
    { name: 'note', label: 'note', kind: 'text', required: false, value: 'hello' },
    { name: 'list', label: 'list', kind: 'json', required: false },
    { name: 'either', label: 'either', kind: 'json', required: false },
  ]);
  expect(JSON.parse(example)).toEqual({ to: '', count: 0, kind: 'letter', urgent: false });
});

test.each([
  ['no schema', undefined],
  ['a schema of a text', described({ type: 'string' })],
  [
    'a schema that throws',
    described(() => {
      throw new Error('cannot be said');
    }),
  ],
  ['a schema without properties', described({ type: 'object' })],
  [
    'more fields than a form holds',
    described({
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`f${index}`, {}])),
    }),
  ],
])('with %s the payload is written as JSON', (_, schema) => {
  const form = formOf('emails', defineJob({ name: 'send', handler, ...(schema && { schema }) }));
  expect(form).toEqual({ queue: 'emails', name: 'send', example: '{}' });
});
