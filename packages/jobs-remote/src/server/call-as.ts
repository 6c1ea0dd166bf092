import type { AddResult, JobRecord, NewJob } from '@philjs/jobs-core/backend';
import type { Operation } from '../protocol/operations.ts';
import type { Access } from './access.ts';
import { checkPayloads } from './checked-payloads.ts';
import { checkScope } from './job-scope.ts';
import { checkDependencies, isOwned, owned, ownResults, withoutContent } from './owned-jobs.ts';
import type { ServedQueue } from './served-queue.ts';

type Called = Operation & { readonly path: string };
type Params = Readonly<Record<string, unknown>>;
type Call = (params: Params) => Promise<unknown>;

/**
 * Makes a call as its caller may: one that produces sees and cancels no jobs but those it enqueued, one that reads sees the
 * others masked. What is enqueued is checked, but for operators, who copy stores.
 */
export async function callAs(
  access: Access,
  served: ServedQueue,
  operation: Called,
  params: Params,
  signal: AbortSignal,
): Promise<unknown> {
  const { path, roles } = operation;
  await checkScope(access, served.queue, path, params);
  const reach: Call = (given) => reachAs(access, served, operation, given, signal);
  // A worker sees what it works on.
  const isWork = access.roles.has('work') && roles.includes('work');
  const masks = isWork ? undefined : served.masksFor(access);
  return masks === undefined ? reach(params) : masks.answer(path, params, reach);
}

async function reachAs(
  access: Access,
  served: ServedQueue,
  operation: Called,
  params: Params,
  signal: AbortSignal,
): Promise<unknown> {
  const { name, roles } = access;
  const call: Call = (given) => served.call(operation, given, signal, access.jobs);
  if (roles.has('operate')) return call(params);
  const { queue } = served;
  switch (operation.path) {
    case 'add':
    case 'workflows/add':
      return add(access, served, params, call);
    case 'get': {
      const record = (await call(params)) as JobRecord | undefined;
      return record !== undefined && maySee(access, record) ? record : undefined;
    }
    case 'steps/read': {
      const record = await queue.backend.get({ id: params['id'] as string });
      return record !== undefined && maySee(access, record) ? call(params) : [];
    }
    case 'steps/signal': {
      const record = await queue.backend.get({ id: params['id'] as string });
      const may = record !== undefined && (roles.has('work') || isOwned(record, name));
      return may ? call(params) : 'not-found';
    }
    case 'cancel': {
      const record = await queue.backend.get({ id: params['id'] as string });
      if (record !== undefined && !isOwned(record, name)) return 'not-found';
      return call(params);
    }
    default:
      return call(params);
  }
}

/** Returns whether a caller may read a job: a worker those that it may lease, a producer its own. */
function maySee({ name, roles, jobs }: Access, record: JobRecord): boolean {
  if (roles.has('read') || isOwned(record, name)) return true;
  return roles.has('work') && (jobs === undefined || jobs.has(record.name));
}

async function add(
  access: Access,
  { queue }: ServedQueue,
  params: Params,
  call: Call,
): Promise<unknown> {
  const jobs = params['jobs'] as readonly NewJob[];
  await checkPayloads(queue, jobs);
  const { name, roles } = access;
  if (roles.has('work')) return call(params);
  const own = owned(jobs, name);
  await checkDependencies(queue, own, name);
  try {
    const results = (await call({ ...params, jobs: own })) as readonly AddResult[];
    return await ownResults(queue, results, name);
  } catch (error) {
    throw withoutContent(error);
  }
}
