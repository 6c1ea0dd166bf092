import { type IQueue, type IQueues, isJobsError, JobsError } from '@philjs/jobs-core';
import { checkOptions } from '@philjs/jobs-core/internal';
import { createRedactor } from '@philjs/jobs-core/redact';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { openApi } from '../protocol/openapi.ts';
import { EVENT_ROLES, OPERATIONS } from '../protocol/operations.ts';
import { checkParams } from '../protocol/params.ts';
import { PROBLEM_TYPE, problemOf } from '../protocol/problem.ts';
import { CLOCK_HEADER, decodeParams, encodeAnswer, type ServerTime } from '../protocol/wire.ts';
import { Door, type RemoteToken, requireQueue, requireRole } from './access.ts';
import { callAs } from './call-as.ts';
import { CallBudget } from './call-budget.ts';
import { eventsResponse } from './events-response.ts';
import { addProducerRoutes } from './producer-routes.ts';
import { readBody } from './read-body.ts';
import type { RemoteEnv } from './remote-env.ts';
import { checkLimits, type RemoteLimits } from './remote-limits.ts';
import { ServedQueue } from './served-queue.ts';

/** Holds the options of a server. */
export interface RemoteOptions {
  /** The tokens that open it: at least one. */
  readonly tokens: readonly RemoteToken[];
  /** The origins whose pages may call it from a browser, such as `https://shop.example`. @default none */
  readonly origins?: readonly string[] | undefined;
  /** How much one client may ask for. */
  readonly limits?: RemoteLimits | undefined;
  /**
   * The fields that a token with the role `read` sees masked, besides passwords and the like: names (`iban`), and paths from the
   * root of a job (`payload.users.*.email`), as on the dashboard. `false` masks nothing. @default []
   */
  readonly redact?: readonly string[] | false | undefined;
}

/** Serves queues over HTTP. */
export interface Remote {
  /** Answers a request: mount it below any path, for all methods. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Ends the calls that wait. The queues stay open: they are yours. */
  close(): Promise<void>;
}

/**
 * Makes a server of queues, for producers and workers elsewhere: `createQueue` of `@philjs/jobs-remote` is its client. It
 * keeps nothing that its store does not, so several servers can stand behind one address.
 *
 * @example
 * const remote = createRemote(queue, { tokens: [{ name: 'worker', secret, roles: ['work'] }] });
 * serve({ fetch: remote.fetch, port: 8080 }); // @hono/node-server; or Bun.serve, Deno.serve, a route of your framework
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createRemote(queues: IQueue | IQueues, options: RemoteOptions): Remote {
  checkOptions('createRemote', options, ['tokens', 'origins', 'limits', 'redact']);
  const door = new Door(options.tokens);
  const limits = checkLimits(options.limits);
  const budget = new CallBudget(limits);
  const all = 'all' in queues ? queues.all : [queues];
  const served = serveEach(all, options.redact);

  const closed = new AbortController();

  const app = new Hono<RemoteEnv>({ getPath: pathOf });
  const { origins = [] } = options;
  app.use(
    cors({
      origin: [...origins],
      allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', CLOCK_HEADER],
      exposeHeaders: ['Retry-After'],
    }),
  );
  app.onError((error, context) => {
    const [first] = all;
    const { logger } = context.var.served?.queue ?? first ?? {};
    if (!isJobsError(error)) logger?.error('A call to the server of queues failed', { error });
    return refuse(context, error);
  });
  app.notFound((context) => refuse(context, notFound(context.req.path)));
  app.get('/v1/openapi.json', (context) => context.json(openApi()));
  app.use('/v1/queues/:queue/*', async (context, next) => {
    const access = door.open(context.req.raw);
    budget.take(access.name);
    const name = context.req.param('queue');
    requireQueue(access, name);
    const queue = served.get(name);
    if (queue === undefined) throw notFound(`queue \`${name}\``);
    context.set('access', access);
    context.set('served', queue);
    await next();
  });
  app.get('/v1/queues/:queue/events', (context) => {
    const { access, served } = context.var;
    requireRole(access, 'events', EVENT_ROLES);
    const signal = AbortSignal.any([context.req.raw.signal, closed.signal]);
    return budget.stream(access.name, async (onEnd) =>
      eventsResponse(served.queue, served.masksFor(access), { signal, onEnd }),
    );
  });
  addProducerRoutes(app, { bodyBytes: limits.bodyBytes, budget, closed: closed.signal });
  app.post('/v1/queues/:queue/:path{.+}', (context) =>
    answerCall(context, { bodyBytes: limits.bodyBytes, budget }),
  );
  return {
    fetch: async (request) => app.fetch(request),
    close: async () => {
      closed.abort();
      await Promise.all([...served.values()].map((one) => one.close()));
    },
  };
}

function serveEach(
  queues: readonly IQueue[],
  redact: RemoteOptions['redact'],
): ReadonlyMap<string, ServedQueue> {
  const redactor = createRedactor(redact);
  const queueOf = (name: string): IQueue | undefined => served.get(name)?.queue;
  const masking = redact === false ? undefined : { redactor, queueOf };
  const served = new Map(queues.map((queue) => [queue.name, new ServedQueue(queue, masking)]));
  return served;
}

/** Answers a call of the protocol: one of a method of the backend contract. */
async function answerCall(
  context: Context<RemoteEnv>,
  { bodyBytes, budget }: { readonly bodyBytes: number; readonly budget: CallBudget },
): Promise<Response> {
  const { access, served } = context.var;
  const path = context.req.param('path') as string;
  const operation = OPERATIONS.get(path);
  if (operation === undefined) throw notFound(`call \`${path}\``);
  requireRole(access, path, operation.roles);
  const { raw } = context.req;
  const body = checkParams(path, await readBody(raw, bodyBytes));
  const params = decodeParams(path, body, timeOf(served.queue.clock.now(), raw));
  const call = () => callAs(access, served, { ...operation, path }, params, raw.signal);
  const answer = await (path === 'leases/wait' ? budget.wait(access.name, call) : call());
  return context.json(encodeAnswer(path, answer) as never);
}

/** Compares the clocks; a client that does not say its time has the server's. */
function timeOf(now: number, request: Request): ServerTime {
  const said = Number(request.headers.get(CLOCK_HEADER) ?? now);
  return { now, ahead: Number.isFinite(said) ? now - said : 0 };
}

/** Finds the path of the protocol, wherever the server is mounted. */
function pathOf(request: Request): string {
  const { pathname } = new URL(request.url);
  const at = pathname.indexOf('/v1/');
  return at < 0 ? pathname : pathname.slice(at);
}

function notFound(what: string): JobsError {
  return new JobsError('JOBS_NOT_FOUND', `This server has no ${what}.`);
}

function refuse(context: Context, error: unknown): Response {
  const problem = problemOf(error);
  const headers = new Headers({ 'content-type': PROBLEM_TYPE });
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer');
  if (problem.status === 429 || problem.status === 503) {
    const seconds = problem.details?.['retryAfterSeconds'];
    headers.set('retry-after', String(typeof seconds === 'number' ? seconds : 1));
  }
  return context.body(JSON.stringify(problem), problem.status as 400, Object.fromEntries(headers));
}
