import { expect, it } from 'vitest';
import { defineJob } from '../job/define-job.ts';
import { item } from './item.ts';

const greet = defineJob({ name: 'greet', handler: (payload: { name: string }) => payload.name });
const tick = defineJob({ name: 'tick', handler: () => 1 });

it('makes an object that names job, payload and options, each time another one', () => {
  const options = { priority: 1 };
  expect(item(greet, { name: 'Ada' }, options)).toEqual({
    job: greet,
    payload: { name: 'Ada' },
    options,
  });
  expect(item(tick)).toEqual({ job: tick, payload: undefined, options: undefined });
  expect(item(tick)).not.toBe(item(tick));
});

it('refuses what is no definition, and options that are none', () => {
  for (const job of [undefined, null, 'greet', {}, greet.handler]) {
    expect(() => item(job as never)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  }
  expect(() => item(tick, undefined, 5 as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
