import type { AddResult, JobRecord, NewJob } from '@philjs/jobs-core/backend';
import type { Operation } from '../protocol/operations.ts';
import type { Access } from './access.ts';
import { isOwned, owned, ownResults } from './owned-jobs.ts';
import type { ServedQueue } from './served-queue.ts';

type Params = Readonly<Record<string, unknown>>;

/** Makes a call as its caller may: one that only produces sees and cancels no jobs but those it enqueued. */
export async function callAs(
  { name, roles }: Access,
  served: ServedQueue,
  operation: Operation & { readonly path: string },
  params: Params,
  signal: AbortSignal,
): Promise<unknown> {
  const call = (given: Params): Promise<unknown> => served.call(operation, given, signal);
  if (roles.has('operate') || roles.has('read')) return call(params);
  const { queue } = served;
  switch (operation.path) {
    case 'add':
    case 'workflows/add': {
      if (roles.has('work')) return call(params);
      const jobs = owned(params['jobs'] as readonly NewJob[], name);
      return ownResults(queue, (await call({ ...params, jobs })) as readonly AddResult[], name);
    }
    case 'get': {
      const record = (await call(params)) as JobRecord | undefined;
      return record === undefined || roles.has('work') || isOwned(record, name)
        ? record
        : undefined;
    }
    case 'cancel': {
      const id = params['id'] as string;
      const record = await queue.backend.get({ id });
      if (record !== undefined && !isOwned(record, name)) return 'not-found';
      return call(params);
    }
    default:
      return call(params);
  }
}
