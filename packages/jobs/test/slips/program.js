// Makes every slip of the pen there is, and ends by itself with all jobs in the state the documents promise.
import { deepEqual } from 'node:assert/strict';
import { createQueue, defineJob } from '@philjs/jobs';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const late = () => wait(1).then(() => Promise.reject(new Error('late')));
const logger = new Proxy({}, { get: () => () => JSON.parse('the disk is full') });
const forgets = (_payload, _ctx, next) => void next();
const thenable = (answer) => Object.defineProperty({}, 'then', { value: (tell) => tell(answer) });
const validate = (value) => thenable({ value: value.n }, Object.assign(value, { n: 1n }));
const report = (ctx, ms) => wait(ms).then(() => void ctx.updateProgress(ms));
const reports = (_payload, ctx) => Promise.all([0, 20, 90, 120].map((ms) => report(ctx, ms)));
const slips = Object.entries({
  'forgets next': ['completed', { middleware: forgets, handler: () => wait(20) }],
  'reports later': ['completed', { handler: (_payload, ctx) => void reports(_payload, ctx) }],
  schema: ['completed', { schema: { '~standard': { validate } } }],
  'forgets a next that fails': ['failed', { middleware: forgets, handler: late }],
  'calls next twice': ['failed', { middleware: (_p, _c, next) => void [next(), next()] }],
  'reports after its time': ['failed', { timeout: 50, handler: reports }],
  backoff: ['failed', { attempts: 2, backoff: late, handler: late }],
  retryIf: ['failed', { attempts: 2, backoff: () => 5, retryIf: late, handler: late }],
  migrate: ['failed', { version: 2, migrate: { 1: late } }],
  deduplicate: ['refused', { deduplicate: late }],
  rateLimit: ['refused', { rateLimit: { max: 1, per: 1000, key: late } }],
});
const job = (name, options) => defineJob({ name, attempts: 1, handler: () => 'ran', ...options });
const odd = { metadata: { text: 'nice 😀'.slice(0, 6) } };
const old = createQueue({ name: 'slips', jobs: [job('migrate')], logger });
const queue = createQueue({ name: 'slips', jobs: slips.map(([n, [, o]]) => job(n, o)), logger });
await queue.process({ concurrency: 5 });
for (const [name, [state]] of slips) {
  const makes = name === 'migrate' ? old : queue;
  const { id } = await makes.enqueue(name, { n: 7 }, odd).catch(() => ({ id: 'none' }));
  await queue.waitFor(id).catch(() => undefined);
  deepEqual([name, (await queue.getJob(id))?.status ?? 'refused'], [name, state]);
}
const { id } = await queue.enqueue('schema', { n: 7 }, { delay: 60_000, ...odd });
await queue.cancelJob(id, odd.metadata.text);
deepEqual((await queue.getJob(id))?.metadata, odd.metadata);
await Promise.all([old.close(), queue.close()]).then(() => process.stdout.write('as promised\n'));
