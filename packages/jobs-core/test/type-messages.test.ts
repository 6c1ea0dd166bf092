import { beforeAll, describe, expect, it } from 'vitest';
import { COMPILERS, compileMistakes } from './compile-mistakes.ts';

const SETUP = `
import { batch, chain, createQueue, createQueues, defineBatchJob, defineJob, defineTemplate, step } from '@philjs/jobs-core';
import type { BackendQueuesOptions } from '@philjs/jobs-core';
import { z } from 'zod';

declare const backend: BackendQueuesOptions['backend'];
const greet = defineJob({
  name: 'greet',
  handler: async (payload: { name: string; loud?: boolean }) => ({ said: payload.name }),
});
const tick = defineJob({ name: 'tick', handler: () => 5 });
const queue = createQueue({ backend, jobs: [greet, tick] });
const template = defineTemplate({ attempts: 5, onFail: (error) => String(error) });
const urgent = greet.with({ priority: 5 });
const insert = defineBatchJob({
  name: 'insert',
  size: 50,
  handler: async (rows: readonly { id: number }[]) => rows.map(({ id }) => (id < 0 ? new Error('id') : id)),
});
const queues = createQueues({ a: { jobs: [greet] }, b: {} }, { backend });
`;

/** A mistake, and what the first line of the compiler's message has to say of it. */
const MISTAKES: readonly [mistake: string, program: string, says: RegExp][] = [
  [
    'a property of a payload, by definition',
    `await queue.enqueue(greet, { nmae: 'Ada' });`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'a property of a payload, by name',
    `await queue.enqueue('greet', { nmae: 'Ada' });`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'the type of a property of a payload',
    'await queue.enqueue(greet, { name: 5 });',
    /^error TS2322: Type 'number' is not assignable to type 'string'/,
  ],
  [
    'a payload left out',
    'await queue.enqueue(greet);',
    /^error TS2554: Expected 2-3 arguments, but got 1/,
  ],
  [
    'the name of a job',
    `await queue.enqueue('gret', { name: 'Ada' });`,
    /^error TS2345: Argument of type '"gret"' is not assignable to parameter of type .*"greet"/,
  ],
  [
    'the name of an option',
    `await queue.enqueue(greet, { name: 'Ada' }, { dleay: 5 });`,
    /^error TS2561: .*'dleay' does not exist in type 'EnqueueOptions'. Did you mean to write 'delay'\?/,
  ],
  [
    'the type of an option',
    `await queue.enqueue(greet, { name: 'Ada' }, { delay: '5m' });`,
    /^error TS2322: Type 'string' is not assignable to type 'number'/,
  ],
  [
    'a property of a payload among many',
    `await queue.enqueueMany([{ job: greet, payload: { nmae: 'Ada' } }]);`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'the name of a job among many',
    `await queue.enqueueMany([{ job: 'gret', payload: { name: 'Ada' } }]);`,
    /^error TS2820: Type '"gret"' is not assignable to type .*Did you mean '"greet"'\?/,
  ],
  [
    'a payload that JSON cannot carry',
    `defineJob({ name: 'a', handler: (payload: { at: Date }) => payload.at.getTime() });`,
    /^error TS2345: [\s\S]*required in type 'PayloadNeedsSchemaOrCodec'/,
  ],
  [
    'a result that JSON cannot carry',
    `defineJob({ name: 'a', handler: () => new Date() });`,
    /^error TS2345: .*ResultNeedsCodec/,
  ],
  [
    'a result that JSON cannot carry, within',
    `defineJob({ name: 'a', handler: async () => ({ users: new Map<string, number>() }) });`,
    /^error TS2345: [\s\S]*required in type 'ResultNeedsCodec'/,
  ],
  [
    'a schema whose input JSON cannot carry',
    `defineJob({ name: 'a', schema: z.object({ at: z.date() }), handler: () => 1 });`,
    /^error TS2345: [\s\S]*required in type 'PayloadNeedsSchemaOrCodec'/,
  ],
  [
    'a handler that asks for what its schema does not give',
    `defineJob({
      name: 'a',
      schema: z.object({ to: z.string() }),
      handler: (payload: { too: string }) => payload.too,
    });`,
    /^error TS2322: Type '\(payload: \{\s+too: string;\s?\}\) => string' is not assignable to type 'JobHandler</,
  ],
  [
    'the name of an option of a job',
    `defineJob({ name: 'a', handler: () => 1, atempts: 5 });`,
    /^error TS2561: .*'atempts' does not exist in type .*Did you mean to write 'attempts'\?/,
  ],
  [
    'the name of an option of a job with a schema',
    `defineJob({ name: 'a', schema: z.string(), handler: () => 1, atempts: 5 });`,
    /^error TS2561: .*'atempts' does not exist in type .*Did you mean to write 'attempts'\?/,
  ],
  [
    'the name of an option of a variant',
    'greet.with({ priorty: 5 });',
    /^error TS2561: .*'priorty' does not exist in type 'SharedJobOptions'. Did you mean to write 'priority'\?/,
  ],
  [
    'a property of the payload of a variant',
    `await queue.enqueue(urgent, { nmae: 'Ada' });`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'the name of an option of a template',
    'defineTemplate({ atempts: 5 });',
    /^error TS2561: .*'atempts' does not exist in type 'TemplateOptions'. Did you mean to write 'attempts'\?/,
  ],
  [
    'the name of an option of a job of a template',
    `template.defineJob({ name: 'a', handler: () => 1, atempts: 5 });`,
    /^error TS2561: .*'atempts' does not exist in type .*Did you mean to write 'attempts'\?/,
  ],
  [
    'the name of an option of a declared job of a template',
    `template.declareJob<string>({ name: 'a', atempts: 5 });`,
    /^error TS2561: .*'atempts' does not exist in type .*Did you mean to write 'attempts'\?/,
  ],
  [
    'a payload of a job of a template that JSON cannot carry',
    `template.defineJob({ name: 'a', handler: (payload: { at: Date }) => payload.at.getTime() });`,
    /^error TS2345: [\s\S]*required in type 'PayloadNeedsSchemaOrCodec'/,
  ],
  [
    'a property of the payload of a job handled in batches',
    'await queue.enqueue(insert, { ids: 5 });',
    /^error TS2353: .*'ids' does not exist in type '\{ id: number;/,
  ],
  [
    'the name of an option of a job handled in batches',
    `defineBatchJob({ name: 'a', size: 5, handler: () => undefined, atempts: 5 });`,
    /^error TS2561: .*'atempts' does not exist in type .*Did you mean to write 'attempts'\?/,
  ],
  [
    'the size of a batch left out',
    `defineBatchJob({ name: 'a', handler: () => undefined });`,
    /^error TS\d+: [\s\S]*Property 'size' is missing/,
  ],
  [
    'a handler of batches that takes one payload',
    `defineBatchJob({ name: 'a', size: 5, handler: (payload: { id: number }) => undefined });`,
    /^error TS2322: Type '\(payload: \{\s+id: number;\s?\}\) => undefined' is not assignable to type 'BatchHandler</,
  ],
  [
    'a handler of batches that returns one result',
    `defineBatchJob({ name: 'a', size: 5, handler: (payloads: readonly string[]) => payloads.length });`,
    /^error TS2322: Type '\(payloads: readonly string\[\]\) => number' is not assignable to type 'BatchHandler</,
  ],
  [
    'a result of a batch that JSON cannot carry',
    `defineBatchJob({ name: 'a', size: 5, handler: (payloads: readonly string[]) => payloads.map(() => new Date()) });`,
    /^error TS2345: .*ResultNeedsCodec/,
  ],
  [
    'the payload of a job of one of many queues',
    `await queues.enqueue('greet', { nmae: 'Ada' });`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'the name of one of many queues',
    `queues.get('c');`,
    /^error TS2345: Argument of type '"c"' is not assignable to parameter of type '"a" \| "b"'/,
  ],
  [
    'the name of an option of one of many queues',
    'createQueues({ a: { concurency: 5 } }, { backend });',
    /^error TS2561: .*'concurency' does not exist in type .*Did you mean to write 'concurrency'\?/,
  ],
  [
    'a field that no step of a chain gives',
    `chain([step(tick), step(greet, { loud: true })]);`,
    /^error TS2322: [\s\S]*required in type 'StepLacksField<"name">'/,
  ],
  [
    'a field of which the step before gives another type',
    `chain([step(defineJob({ name: 'a', handler: () => ({ name: 5 }) })), step(greet)]);`,
    /^error TS2322: [\s\S]*StepGetsOtherType<"name", string, number>'/,
  ],
  [
    'a step before that gives another type as a whole',
    `chain([step(tick), step(defineJob({ name: 'a', handler: (at: string) => at.length }))]);`,
    /^error TS2322: [\s\S]*StepGetsOtherType<"the payload", string, number>'/,
  ],
  [
    'the result of a step of a chain that is kept in a variable',
    `const steps = chain([step(greet, { name: 'Ada' }), step(tick)]);
    const [first] = await queue.enqueueMany(steps);
    const said: number = await queue.waitFor(first);`,
    /^error TS2322: Type '\{ said: string; \}' is not assignable to type 'number'/,
  ],
  [
    'the payload of a member of a batch',
    `batch([{ job: greet, payload: { nmae: 'Ada' } }], { then: step(tick) });`,
    /^error TS2353: .*'nmae' does not exist in type '\{ name: string;/,
  ],
  [
    'the payload of what follows a batch',
    `batch([{ job: tick, payload: undefined }], { then: step(greet, { loud: true }) });`,
    /^error TS2322: [\s\S]*required in type 'StepLacksField<"name">'/,
  ],
  [
    'the name of an option of a queue',
    'createQueue({ backend, jobs: [greet], concurency: 5 });',
    /^error TS2561: .*'concurency' does not exist in type .*Did you mean to write 'concurrency'\?/,
  ],
];

describe.each(COMPILERS)('what %s says of a mistake in', (compiler) => {
  const messages = new Map<string, readonly string[]>();
  let ofNone: readonly string[] | undefined;

  beforeAll(async () => {
    const programs = [SETUP, ...MISTAKES.map(([, program]) => SETUP + program)];
    const [none, ...all] = await compileMistakes(compiler, programs);
    ofNone = none;
    for (const [index, [mistake]] of MISTAKES.entries()) messages.set(mistake, all[index] ?? []);
  });

  it('nothing: nothing', () => {
    expect(ofNone).toEqual([]);
  });

  it.each(MISTAKES)('%s', (mistake, _program, says) => {
    expect(messages.get(mistake)).toEqual([expect.stringMatching(says)]);
  });
});
