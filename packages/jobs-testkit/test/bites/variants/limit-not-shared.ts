import { memoryBackend } from '../../support/memory.ts';
import { tampered, type Variant } from '../variant.ts';

let processes = 0;

export const limitNotShared: Variant = {
  name: 'keeps rate limits for each process apart',
  caughtBy: ['shares a limit between processes, also when they ask at once'],
  create: tampered((_inner, context) => {
    const queueName = `${context.queueName}-${++processes}`;
    const { limiter } = memoryBackend()({ ...context, queueName });
    return limiter === undefined ? {} : { limiter };
  }),
};
