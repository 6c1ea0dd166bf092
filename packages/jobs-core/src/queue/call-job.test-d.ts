import { expectTypeOf } from 'vitest';
import { defineJob } from '../job/define-job.ts';
import type { IQueues } from '../queues/queues-interface.ts';
import { caller } from './caller.ts';
import type { IQueue } from './queue-interface.ts';

const greet = defineJob({ name: 'greet', handler: async (name: string) => ({ text: name }) });
const tidy = defineJob({ name: 'tidy', handler: async (_payload: undefined) => 3 });
declare const queue: IQueue<readonly [typeof greet, typeof tidy]>;
declare const queues: IQueues<'a', readonly [typeof greet]>;

expectTypeOf(queue.call(greet, 'Ada')).resolves.toEqualTypeOf<{ text: string }>();
expectTypeOf(queue.call('tidy')).resolves.toEqualTypeOf<number>();
expectTypeOf(queues.call('greet', 'Ada', { timeout: 5 })).resolves.toEqualTypeOf<{
  text: string;
}>();
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
queue.call(greet, 1);
// @ts-expect-error Expected at least 2 arguments: the payload is missing
queue.call(greet);
// @ts-expect-error no transaction: a job in one cannot run before it ends
queue.call(greet, 'Ada', { transaction: {} });

const api = caller(queue, { greet, tidy });
expectTypeOf(api.greet('Ada')).resolves.toEqualTypeOf<{ text: string }>();
expectTypeOf(api.tidy()).resolves.toEqualTypeOf<number>();
caller(queues, { greet });
// @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string'
api.greet(1);
