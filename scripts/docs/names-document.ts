import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/workspace.js';
import {
  type DocumentedName,
  environmentVariables,
  itemsOf,
  propertiesOf,
} from './source-names.ts';

/** The document that lists names; made by `pnpm docs:names`. */
export const NAMES_FILE: string = join(root, 'docs/names.md');

/** The options to list: their heading, their interface, and its file where several have that name. */
const OPTIONS: readonly (readonly [heading: string, name: string, file?: string])[] = [
  ['`defineJob`', 'InferredJobSpec'],
  ['`rateLimit`', 'RateLimit'],
  ['`concurrency` by key', 'KeyedConcurrency'],
  ['`defineBatchJob`, besides', 'BatchJobSpec'],
  ['`enqueue`', 'EnqueueOptions'],
  ['`createQueue`', 'QueueOptions'],
  ['`createQueue` of `@philjs/jobs`, besides', 'StoreOptions', 'jobs/src/queue'],
  ['`createQueue` of `@philjs/jobs-memory`, besides', 'MemoryBackendOptions'],
  ['`createQueue` of `@philjs/jobs-redis`, besides', 'RedisBackendOptions'],
  ['`createQueue` of `@philjs/jobs-postgres`, besides', 'PostgresBackendOptions'],
  ['`createQueue` of `@philjs/jobs-sqlite`, besides', 'SqliteBackendOptions'],
  ['`queue.process`', 'ProcessOptions'],
  ['`queue.stop` and `queue.close`', 'StopOptions'],
  ['`runUntilSignal`', 'RunUntilSignalOptions'],
  ['`queue.waitFor`', 'WaitOptions'],
  ['`queue.getJobs`', 'GetJobsOptions'],
  ['`queue.cancelJob`', 'CancelOptions'],
  ['`queue.cancelJobs`, and the other calls in bulk but for `reason` and `force`', 'CancelQuery'],
  [
    '`retryFailed` of a workflow, and `cancel`, besides those of `cancelJob`',
    'WorkflowActionOptions',
  ],
  ['The query of `queue.groups` and `queue.redrive`', 'DeadLetterQuery'],
  ['`queue.redrive`', 'RedriveOptions'],
  ['`scheduler.schedule`, besides `cron`, `every` or `at`', 'ScheduleSettings'],
  ['`catchUp`', 'CatchUpOptions'],
  ['`except`', 'ScheduleExceptions'],
  ['`scheduler.sync`', 'SyncOptions'],
  ['`scheduler.trigger`', 'TriggerOptions'],
  ['`scheduler.backfill`', 'BackfillRange'],
  ['`new Scheduler`', 'SchedulerOptions'],
  ['`new Monitor`', 'MonitorOptions'],
  ['`healthThresholds`', 'HealthThresholds'],
  ['Each of `alerts`', 'AlertRule'],
  ['The dashboard', 'DashboardOptions'],
  ['`serveDashboard`, besides', 'ServeOptions'],
  ['`createWebhooks`', 'WebhooksOptions'],
  ['Each of `endpoints`', 'WebhookEndpoint'],
  ['`retry` of webhooks', 'WebhookRetry'],
  ['`allow`', 'AllowOptions'],
  ['`createTelemetry`', 'TelemetryOptions'],
  ['`defineConfig`', 'JobsConfig'],
];

/** The purpose of each variable. The check fails for a variable that only the sources or only this list names. */
const VARIABLES: Readonly<Record<string, string>> = {
  DATABASE_URL:
    'the database: `postgres://…`, or `sqlite:` and a path, where `REDIS_URL` is not set',
  NO_COLOR: 'anything but nothing: the command line prints no colours',
  PGPORT: 'the port of PostgreSQL, as `pg` reads it, for addresses without one',
  REDIS_DB: 'the number of the database, for `REDIS_HOST`',
  REDIS_HOST: 'the host of Redis, where `REDIS_URL` is not set',
  REDIS_PASSWORD: 'the password, for `REDIS_HOST`',
  REDIS_PORT: 'the port, for `REDIS_HOST`',
  REDIS_URL: 'the server: `redis://…` or `rediss://…`',
  REDIS_USERNAME: 'the user, for `REDIS_HOST`',
};

/** Reads the document as it is. */
export function namesAsWritten(): string {
  return readFileSync(NAMES_FILE, 'utf8');
}

/** Makes the document of all names from the sources. */
export function namesDocument(): string {
  const parts = [
    '# Names',
    'Made from the sources by `pnpm docs:names`: events, states, codes of errors, options and environment variables.',
    '## Events',
    'For `queue.on`, `queue.once` and `queue.events()`. Each has `type`, `queueName` and `at`; those of a job have `jobId` and `name`.',
    table('Event', propertiesOf('QueueEventMap')),
    '## States',
    'A job is in one of these: `delayed → waiting → active → completed | failed | cancelled`, or `blocked` while it waits for other jobs.',
    itemsOf('JOB_STATUSES')
      .map(({ name }) => `\`${name}\``)
      .join(' · '),
    '## Codes of errors',
    'Each error of ours is a `JobsError` with one of these as its `code`; `isJobsError(error, code)` tells them apart.',
    table('Code', itemsOf('ERROR_CODES')),
    '## Options',
    ...OPTIONS.flatMap(([heading, name, file]) => [
      `### ${heading}`,
      tableOfOptions(propertiesOf(name, file)),
    ]),
    '## Environment variables',
    tableOfVariables(),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table(kind: string, names: readonly DocumentedName[]): string {
  return rows(
    [kind, ''],
    names.map(({ name, text }) => [`\`${name}\``, text]),
  );
}

function tableOfOptions(names: readonly DocumentedName[]): string {
  const lines = names.map(({ name, text, standard = '' }) => [`\`${name}\``, text, standard]);
  return rows(['Option', '', 'Default'], lines);
}

function tableOfVariables(): string {
  const found = environmentVariables();
  const unlike = [
    ...[...found.keys()].filter((name) => VARIABLES[name] === undefined),
    ...Object.keys(VARIABLES).filter((name) => !found.has(name)),
  ];
  if (unlike.length > 0) {
    throw new Error(`names-document.ts and the sources have other variables: ${unlike.join(', ')}`);
  }
  const lines = [...found].map(([name, where]) => [
    `\`${name}\``,
    VARIABLES[name] ?? '',
    where.map((each) => `\`${each}\``).join(', '),
  ]);
  return rows(['Variable', '', 'Read by'], lines);
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), `|${'---|'.repeat(head.length)}`, ...lines.map(row)].join('\n');
}
