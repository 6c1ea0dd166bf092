import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkDuration } from '@philjs/jobs-core/internal';
import type { Context, Hono } from 'hono';
import { checkBody } from '../protocol/check-body.ts';
import { cancelRequest, jobRequest, manyRequest } from '../protocol/job-request-schema.ts';
import { PRODUCER_ROUTES, type ProducerRoute, WAIT_MS } from '../protocol/producer-routes.ts';
import { requireRole } from './access.ts';
import type { CallBudget } from './call-budget.ts';
import { ProducedJobs } from './produced-jobs.ts';
import { readBody } from './read-body.ts';
import type { RemoteEnv } from './remote-env.ts';

/** The header by which a repeated request is answered with the job of the first. */
const KEY_HEADER = 'Idempotency-Key';

/** Says what the routes need of their server. */
interface RoutesOptions {
  readonly bodyBytes: number;
  readonly budget: CallBudget;
  /** Aborts when the server closes. */
  readonly closed: AbortSignal;
}

type Answer = (context: Context<RemoteEnv>, jobs: ProducedJobs) => Promise<Response>;

/** Adds the routes for producers to a server; {@link PRODUCER_ROUTES} says what they are. */
export function addProducerRoutes(app: Hono<RemoteEnv>, options: RoutesOptions): void {
  const { bodyBytes, budget, closed } = options;
  const bodyOf = (context: Context<RemoteEnv>) => readBody(context.req.raw, bodyBytes);
  const idOf = (context: Context<RemoteEnv>) => context.req.param('id') as string;
  const endOf = ({ req }: Context<RemoteEnv>) => AbortSignal.any([req.raw.signal, closed]);
  const { enqueue, enqueueMany, getJob, wait, events, cancel, retry } = PRODUCER_ROUTES;
  const add = (route: ProducerRoute, answer: Answer): void => {
    app.on(route.method, `/v1/queues/:queue/${route.path}`, (context) => {
      const { access, served } = context.var;
      requireRole(access, route.path, route.roles);
      return answer(context, new ProducedJobs(served, access));
    });
  };
  add(enqueue, async (context, jobs) => {
    const request = checkBody(enqueue.path, jobRequest, await bodyOf(context));
    const job = await jobs.enqueue(request, context.req.header(KEY_HEADER));
    return context.json(job, job.duplicate ? 200 : 201);
  });
  add(enqueueMany, async (context, jobs) => {
    const request = checkBody(enqueueMany.path, manyRequest, await bodyOf(context));
    if (context.req.header(KEY_HEADER) !== undefined) {
      const advice = 'Give each job a `jobId`: a repeat then stores none twice.';
      throw invalidArgument(KEY_HEADER, 'absent from a call for many jobs', 'one', advice);
    }
    return context.json({ jobs: await jobs.enqueueMany(request.jobs) }, 201);
  });
  add(getJob, async (context, jobs) => context.json(await jobs.get(idOf(context))));
  add(wait, async (context, jobs) => {
    const timeout = checkTimeout(context.req.query('timeout'));
    const { name } = context.var.access;
    return context.json(
      await budget.wait(name, () => jobs.wait(idOf(context), timeout, endOf(context))),
    );
  });
  add(events, (context, jobs) =>
    budget.stream(context.var.access.name, (onEnd) =>
      jobs.events(idOf(context), { signal: endOf(context), onEnd }),
    ),
  );
  add(cancel, async (context, jobs) => {
    const { reason } = checkBody(cancel.path, cancelRequest, await bodyOf(context));
    return context.json(await jobs.cancel(idOf(context), reason));
  });
  add(retry, async (context, jobs) => context.json(await jobs.retry(idOf(context))));
}

function checkTimeout(given: string | undefined): number {
  if (given === undefined) return WAIT_MS.usual;
  const timeout = given.trim() === '' ? Number.NaN : Number(given);
  return checkDuration('timeout', timeout, { min: 0, max: WAIT_MS.most });
}
