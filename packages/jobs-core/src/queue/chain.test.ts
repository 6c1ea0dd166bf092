import { expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { defineJob } from '../job/define-job.ts';
import { batch, chain, step } from './chain.ts';
import { nameItems, withIds } from './name-items.ts';
import type { EnqueueItem } from './queue-interface.ts';
import { PAYLOAD_FROM } from './step-item.ts';

const load = defineJob({
  name: 'load',
  handler: async (_payload: { url: string }) => ({ text: 'x' }),
});
const count = defineJob({
  name: 'count',
  handler: async ({ text }: { text: string; unit: string }) => ({ n: text.length }),
});
const sum = defineJob({ name: 'sum', handler: async () => 0 });

it('lets each step of a chain wait for the one before, and get its result', () => {
  const items = chain([step(load, { url: '/' }), step(count, { unit: 'words' }, { priority: 3 })]);
  const [first, second] = withIds(nameItems(items as EnqueueItem[]));
  const id = first?.options?.jobId;
  expect(id).toEqual(expect.any(String));
  expect(second).toMatchObject({
    payload: { unit: 'words' },
    options: { priority: 3, dependsOn: [id], metadata: { [PAYLOAD_FROM]: id } },
  });
  expect(() => chain([] as never)).toThrow('at least one');
  expect(() => chain(null as never)).toThrow('steps');
});

it('lets the last job of a batch wait for all others, under the ids they have', () => {
  const items = [
    { job: load, payload: { url: '/a' }, options: { jobId: 'a' } },
    { job: load, payload: { url: '/b' } },
  ] as const;
  // biome-ignore lint/suspicious/noThenProperty: the option's name
  const all = batch([...items], { then: step(sum), onFailure: 'continue' });
  const [a, b, last] = withIds(nameItems(all as EnqueueItem[]));
  expect(last?.options).toMatchObject({
    dependsOn: ['a', b?.options?.jobId],
    onDependencyFailure: 'continue',
  });
  expect(a?.options?.jobId).toBe('a');
  // biome-ignore lint/suspicious/noThenProperty: the option's name
  expect(() => batch('x' as never, { then: step(sum) })).toThrow('items');
  expect(() => batch([...items], {} as never)).toThrow('step(job, payload)');
});

it('refuses options of a step that are none, which would be lost', () => {
  for (const options of [7, 'urgent', [], Promise.resolve({ priority: 9 })] as never[]) {
    expect(() =>
      chain([step(load, { url: '/' }), step(count, { unit: 'words' }, options)]),
    ).toThrow('steps[1].options');
    // biome-ignore lint/suspicious/noThenProperty: the name of the option
    expect(() => batch([], { then: step(sum, undefined, options) })).toThrow('then.options');
  }
});

it('refuses to wait for other jobs in a step, which would be lost', () => {
  const options = { dependsOn: ['a'] } as never;
  expect(() => chain([step(load, { url: '/' }), step(count, { unit: 'words' }, options)])).toThrow(
    'Expected `steps[1].options.dependsOn` to be absent, got an array of 1. A step waits for the one before',
  );
  // biome-ignore lint/suspicious/noThenProperty: the name of the option
  expect(() => batch([], { then: step(sum, undefined, options) })).toThrow(
    'then.options.dependsOn',
  );
  const tolerant = { onDependencyFailure: 'continue' } as never;
  expect(() => chain([step(load, { url: '/' }, tolerant)])).toThrow('onDependencyFailure');
});

it('refuses options of an item that others wait for if they are none', () => {
  const options = Promise.resolve({ priority: 9 }) as never;
  const bad = { job: load, payload: { url: '/' }, options };
  // biome-ignore lint/suspicious/noThenProperty: the name of the option
  const items = batch([{ job: load, payload: { url: '/' } }, bad], { then: step(sum) });
  expect(refusalOf(() => nameItems(items as EnqueueItem[]))).toEqual({
    code: 'JOBS_INVALID_ARGUMENT',
    field: 'options',
  });
});

it('leaves items alone that wait for nothing, and refuses one that is not of the call', () => {
  const plain = [{ job: load, payload: { url: '/' } }] as EnqueueItem[];
  expect(nameItems(plain).items).toBe(plain);
  const stored = [{ job: load, payload: { url: '/' }, options: { dependsOn: ['x'] } }];
  expect(nameItems(stored as EnqueueItem[]).items).toEqual(stored);
  const other = { job: load, payload: { url: '/' } };
  const lost = [{ job: sum, payload: undefined, options: { dependsOn: [other] } }];
  expect(() => nameItems(lost as unknown as EnqueueItem[])).toThrow('an item of this call');
});

it('names the items that are wrong where others wait for them', () => {
  const item = { job: load, payload: { url: '/' }, options: { priority: 3 } };
  const last = { job: sum, payload: undefined, options: { dependsOn: [item] } };
  const call = (items: unknown[]) => () => nameItems(items as EnqueueItem[]);
  expect(call([item, item, last])).toThrow('items[1]: Expected an object of its own');
  expect(call([item, item, last])).toThrow('the one of items[0] again');
  const empty = { ...item, options: { jobId: '' } };
  const [named] = nameItems([
    empty,
    { ...last, options: { dependsOn: [empty] } },
  ] as unknown as EnqueueItem[]).items;
  // `enqueueMany` refuses it, as it does where no other waits for it.
  expect(named?.options?.jobId).toBe('');
});
