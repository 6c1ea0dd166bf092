import { type IQueue, JobsError } from '@philjs/jobs-core';
import type { EndedLease, JobRef, Lease, NewJob } from '@philjs/jobs-core/backend';
import { DEAD_LETTER } from '@philjs/jobs-core/internal';
import { type Access, requireQueue } from './access.ts';

type Params = Readonly<Record<string, unknown>>;

/**
 * Checks that a call reaches no other queues and names of jobs than its token may use: a token that works leases, ends and
 * counts jobs of its names, one that produces enqueues them. A job that is gone is the store's to refuse.
 *
 * @throws JobsError `JOBS_FORBIDDEN`
 */
export async function checkScope(
  access: Access,
  queue: IQueue,
  path: string,
  params: Params,
): Promise<void> {
  for (const { queueName } of refsOf(params)) requireQueue(access, queueName);
  if (access.roles.has('operate')) return;
  for (const { outcome } of endedOf(params)) {
    // A letter runs nowhere; another job would run in a queue that the token may not use.
    if (outcome.type !== 'fail' || outcome.deadLetter === undefined) continue;
    if (outcome.deadLetter.job.name !== DEAD_LETTER) throw forbidden(access, DEAD_LETTER);
  }
  const { jobs } = access;
  if (jobs === undefined) return;
  for (const name of namesOf(access, path, params)) requireJob(access, name);
  const ids = [...new Set(idsOf(params))];
  const records = await Promise.all(ids.map((id) => queue.backend.get({ id })));
  for (const record of records) if (record !== undefined) requireJob(access, record.name);
}

/** Checks that a caller may use jobs of a name. @throws JobsError `JOBS_FORBIDDEN` */
export function requireJob(access: Access, name: string): void {
  if (access.jobs === undefined || access.jobs.has(name)) return;
  throw forbidden(access, name);
}

function forbidden({ name: token }: Access, job: string): JobsError {
  const message = `The token \`${token}\` may not use jobs named other than its \`jobs\` say, or this way.`;
  return new JobsError('JOBS_FORBIDDEN', message, { details: { token, job } });
}

function jobsOf({ jobs }: Params): readonly NewJob[] {
  return Array.isArray(jobs) ? (jobs as readonly NewJob[]) : [];
}

function endedOf({ ended }: Params): readonly EndedLease[] {
  return Array.isArray(ended) ? (ended as readonly EndedLease[]) : [];
}

/** Lists the jobs of any queue that a call names. */
function refsOf(params: Params): readonly JobRef[] {
  const given = params['job'] as JobRef | undefined;
  const waitedFor = jobsOf(params).flatMap(({ dependsOn = [] }) => dependsOn);
  return given?.queueName === undefined ? waitedFor : [given, ...waitedFor];
}

/** Lists the names of jobs in a call. Handlers enqueue what they need, so those of a worker's new jobs do not count. */
function namesOf({ roles }: Access, path: string, params: Params): readonly string[] {
  switch (path) {
    case 'add':
    case 'workflows/add':
      return roles.has('work') ? [] : jobsOf(params).map(({ name }) => name);
    case 'limits/publish':
    case 'leases/exchange':
      return [...(params['limits'] as ReadonlyMap<string, unknown>).keys()];
    case 'limits/read':
      return [params['name'] as string];
    case 'metrics/record':
      return (params['buckets'] as readonly { readonly name: string }[]).map(({ name }) => name);
    default:
      return [];
  }
}

/** Lists the ids of jobs that a call acts on: those of leases, of logs, and of one whose dependencies it reads. */
function idsOf(params: Params): readonly string[] {
  const { lease, leases, lines, id, job } = params as {
    readonly lease?: Lease;
    readonly leases?: readonly Lease[];
    readonly lines?: unknown;
    readonly id?: string;
    readonly job?: JobRef;
  };
  const held = [...endedOf(params).map((one) => one.lease), ...(leases ?? [])];
  const others = [lease?.id, job?.id, lines === undefined ? undefined : id];
  return [...held.map((one) => one.id), ...others.filter((one) => one !== undefined)];
}
