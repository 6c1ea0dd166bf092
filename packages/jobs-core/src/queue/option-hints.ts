import { SHARED_OPTION_NAMES } from '../job/shared-options.ts';

/** Says of options that are none here, in lower case, what stands in their place: the rest of a sentence about the option. */
export type OptionHints = ReadonlyMap<string, string>;

const SCHEDULES = 'a schedule repeats a job: `new Scheduler(queue).schedule(job, { cron })`';
const BACKOFF = 'the job says it: `defineJob({ backoff: { type, delay, maxDelay } })`';
const OF_DEFINITION = ['backoff', 'retryIf', 'rateLimit', 'concurrency', 'middleware', 'schema'];

/** The hints for `enqueue`: what belongs to the definition, and what other libraries call so. */
export const ENQUEUE_HINTS: OptionHints = new Map([
  ...hintsOf(
    [...OF_DEFINITION, 'codec', 'queue', 'deadLetter', 'version'],
    (name) => `it is an option of the job: \`defineJob({ ${name} })\``,
  ),
  ...hintsOf(['repeat', 'cron', 'every', 'pattern', 'interval'], () => SCHEDULES),
  ...hintsOf(['parent', 'children'], () => 'jobs wait for others by `dependsOn`'),
  ['lifo', 'a higher `priority` starts first'],
  ...hintsOf(['retryDelay', 'retryBackoff', 'retryDelayMax'], () => BACKOFF),
  ['expireinseconds', 'an attempt may take `timeout` milliseconds'],
  ['retentionseconds', 'a job may wait for `expiresIn` milliseconds'],
]);

/** The hints for `createQueue`: what belongs to jobs, and what other libraries call so. */
export const QUEUE_HINTS: OptionHints = new Map([
  ...hintsOf(
    ['connection', 'db', 'database', 'connectionString', 'url'],
    () => 'the packages of the stores take an address or a client as `redis`, `postgres` or `path`',
  ),
  ...hintsOf(
    ['limiter', 'rateLimit'],
    () =>
      "all jobs share one: `defaultJobOptions: { rateLimit: { max, per, scope: 'queue', name } }`; a type has its own, `rateLimit` of `defineJob`",
  ),
  ...hintsOf(
    [...SHARED_OPTION_NAMES, 'backoff'],
    (name) => `jobs have it: \`defaultJobOptions: { ${name} }\``,
  ),
  ...hintsOf(
    ['handler', 'processor', 'process'],
    () => 'definitions have handlers: `jobs: [defineJob({ name, handler })]`',
  ),
]);

function hintsOf(names: readonly string[], hint: (name: string) => string): [string, string][] {
  return names.map((name) => [name.toLowerCase(), hint(name)]);
}
