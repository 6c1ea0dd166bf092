// Makes every slip of the pen there is, and ends by itself with all jobs in the state the documents promise.
import { deepEqual } from 'node:assert/strict';
import { createQueue, defineJob } from '@philjs/jobs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const late = () => wait(1).then(() => Promise.reject(new Error('late')));
const throws = () => JSON.parse('the disk is full');
const logger = { debug: throws, info: throws, warn: throws, error: throws };
const job = (name, options) => defineJob({ name, attempts: 1, handler: () => 'ran', ...options });
const forgets = (_payload, _ctx, next) => void next();
const twice = (_payload, _ctx, next) => void [next(), next()];
const validate = (value) => {
  const answer = { value: [value.n] };
  value.n = 1n;
  // biome-ignore lint/suspicious/noThenProperty: a thenable is the slip
  return { then: (tell) => tell(answer) };
};
const progress = async (ctx) => {
  for (let step = 0; step < 6; step++) await wait(20).then(() => void ctx.updateProgress(step));
};

const promised = {
  completed: [
    job('forgets next', { middleware: forgets, handler: () => wait(20) }),
    job('reports later', { handler: (_payload, ctx) => void progress(ctx) }),
    job('schema', { schema: { '~standard': { validate } }, handler: ([n]) => n }),
  ],
  failed: [
    job('forgets a next that fails', { middleware: forgets, handler: late }),
    job('calls next twice', { middleware: twice }),
    job('reports after its time', { timeout: 50, handler: (_payload, ctx) => progress(ctx) }),
    job('backoff', { attempts: 2, backoff: late, handler: late }),
    job('retryIf', { attempts: 2, backoff: () => 5, retryIf: late, handler: late }),
  ],
  refused: [
    job('deduplicate', { deduplicate: late }),
    job('rateLimit', { rateLimit: { max: 1, per: 1000, key: late } }),
  ],
};
const queue = createQueue({ name: 'slips', jobs: Object.values(promised).flat(), logger });
await queue.process({ concurrency: 5 });
const metadata = { text: 'nice 😀'.slice(0, 6) };
const enqueue = ({ name }) => queue.enqueue(name, { n: 7 }, { metadata }).catch(() => undefined);
for (const [state, jobs] of Object.entries(promised)) {
  const stored = await Promise.all(jobs.map(enqueue));
  await Promise.allSettled(stored.map((found) => found && queue.waitFor(found.id)));
  for (const found of stored)
    deepEqual((await queue.getJob(found?.id ?? 'none'))?.status ?? 'refused', state);
}
const { id } = await queue.enqueue('schema', { n: 7 }, { delay: 60_000, metadata });
await queue.cancelJob(id, metadata.text);
deepEqual((await queue.getJob(id))?.metadata, metadata);
await queue.close();
process.stdout.write('all as promised\n');
