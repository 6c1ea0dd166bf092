import { expect, it } from 'vitest';
import { Schedulers } from './schedulers.ts';

it.each([undefined, null, 5, '', {}])(
  'refuses %o, which is not what createQueues made',
  (queues) => {
    expect(() => new Schedulers(queues as never)).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        details: expect.objectContaining({ field: 'queues' }),
      }),
    );
  },
);
