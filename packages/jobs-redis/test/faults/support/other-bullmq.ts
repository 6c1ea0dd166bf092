// Loaded before a worker process: it gets another version of BullMQ than the one tested.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.replace(/^bullmq(?=\/|$)/, 'bullmq5'), context),
});
