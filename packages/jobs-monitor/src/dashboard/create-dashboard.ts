import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { Hono } from 'hono';
import type { Monitor } from '../monitor/monitor.ts';
import type { PageSource } from '../pages/page-source.ts';
import { readingsOf } from '../pages/workflow/workflow-readings.ts';
import { PAGES, type PageName } from '../view/page-name.ts';
import { handleAction } from './action-handler.ts';
import { editableText } from './actions/edit-job.ts';
import { Audit, nameOf } from './audit.ts';
import {
  type DashboardOptions,
  type DashboardUser,
  type ResolvedDashboardOptions,
  resolveDashboardOptions,
} from './dashboard-options.ts';
import { errorAnswer, HttpError } from './http/http-error.ts';
import { Mounts } from './http/mounts.ts';
import { pageParams } from './http/page-params.ts';
import { placeOf } from './http/place.ts';
import { requireKnownHost } from './http/same-origin.ts';
import { withSecurityHeaders } from './http/security-headers.ts';
import { LivePages } from './live/live-pages.ts';
import { assetResponse } from './page/asset.ts';
import { errorDocument } from './page/error-document.ts';
import { PageLoader } from './page/page-loader.ts';
import { handlePage } from './page-handler.ts';
import { identify, mayStillRead, type Visitor } from './visitor.ts';

/** Serves a dashboard from any server that handles web requests. */
export interface Dashboard {
  /**
   * Answers a request. Route every address below the mount here; the dashboard finds the mount
   * from the request.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Ends the streams of open pages. From then on answers 503 and asks browsers to close the connections
   * they keep, so that the server can close.
   */
  readonly close: () => void;
  /**
   * Checks the user and the permissions of all open pages again, and ends the streams of those that changed.
   * Call it after you change a user's permissions or sign a user out; without a call it happens every
   * 30 seconds.
   */
  readonly recheck: () => Promise<void>;
}

const CLOSED = 'The dashboard is closed: the process it runs in is about to end.';

type Env = { Variables: { visitor: Visitor } };

/**
 * Makes a dashboard for the queues and schedules of a monitor.
 *
 * @example
 * const dashboard = createDashboard(monitor, { auth: (request) => userOf(request), permissions: ['read', 'retry'] });
 * app.all('/jobs/*', (c) => dashboard.fetch(c.req.raw));   // Hono
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, above all when `auth` is missing
 */
export function createDashboard<TUser extends DashboardUser = DashboardUser>(
  monitor: Monitor,
  options: DashboardOptions<TUser>,
): Dashboard {
  return dashboardAt(new Mounts(), monitor, options);
}

/** Makes a dashboard as {@link createDashboard} does, with its mount if the caller knows it. */
export function dashboardAt<TUser extends DashboardUser = DashboardUser>(
  mounts: Mounts,
  monitor: Monitor,
  options: DashboardOptions<TUser>,
): Dashboard {
  const resolved = resolveDashboardOptions(options);
  const source: PageSource = { monitor, redactor: resolved.redactor };
  const loader = new PageLoader(source);
  const { refreshInterval } = resolved;
  const pages = new LivePages(loader, { clock: monitor.clock, refreshInterval });
  const app = routes(source, resolved, loader, pages, mounts);
  let isClosed = false;
  return {
    fetch: async (request) => {
      const answer = isClosed ? refuse(request) : await app.fetch(request);
      const response = await compressed(request, answer);
      // Also on answers that were under way: their connections must not serve further requests.
      if (isClosed) response.headers.set('connection', 'close');
      return withSecurityHeaders(response);
    },
    close: () => {
      isClosed = true;
      pages.close();
    },
    recheck: () => pages.recheck(),
  };
}

function routes(
  source: PageSource,
  options: ResolvedDashboardOptions,
  loader: PageLoader,
  pages: LivePages,
  mounts: Mounts,
): Hono<Env> {
  const { monitor, redactor } = source;
  const { logger } = monitor.queues[0];
  const audit = new Audit(monitor.clock, logger, options.audit);
  const app = new Hono<Env>({ getPath: (request) => placeOf(new URL(request.url).pathname).route });

  app.onError((error, c) => {
    const answer = errorAnswer(error);
    if (answer.status === 500) logger.error('The dashboard failed', error);
    return errorResponse(c.req.raw, { ...answer, message: redactor.text(answer.message) });
  });
  app.notFound((c) =>
    errorResponse(c.req.raw, errorAnswer(new HttpError(404, 'There is no such page.'))),
  );
  app.use(async (c, next) => {
    requireKnownHost(c.req.raw, options.allowedHosts);
    const visitor = await identify(c.req.raw, options);
    if (visitor instanceof Response) return new Response(visitor.body, visitor);
    visitor.require('read');
    c.set('visitor', visitor);
    return next();
  });

  for (const page of Object.keys(PAGES) as PageName[]) {
    app.get(page === 'overview' ? '/' : `/-/${page}`, (c) => {
      const { pathname } = new URL(c.req.url);
      if (page === 'overview' && !mounts.isMount(pathname)) return c.notFound();
      const place = placeOf(pathname);
      return handlePage(
        page,
        c.req.raw,
        place,
        c.var.visitor,
        monitor,
        loader,
        options.environment,
      );
    });
  }
  app.get('/-/assets/:name', (c) => assetResponse(c.req.param('name'), c.req.raw) ?? c.notFound());
  app.get('/metrics', async () => {
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    return new Response(await monitor.prometheus(), { headers });
  });
  app.get('/-/live/:page', async (c) => {
    const page = c.req.param('page');
    if (!Object.hasOwn(PAGES, page)) return c.notFound();
    const params = pageParams(page as PageName, new URL(c.req.url).searchParams);
    const isAllowed = (): Promise<boolean> => mayStillRead(c.req.raw, c.var.visitor, options);
    const reader = nameOf(c.var.visitor.user) ?? '';
    return eventStream(await pages.open(page as PageName, params, { reader, isAllowed }));
  });
  app.get('/-/payload', async (c) => {
    c.var.visitor.require('enqueue');
    const params = pageParams('job', new URL(c.req.url).searchParams);
    const id = params.get('id') ?? '';
    const job = await monitor.getQueue(params.get('queue') ?? '').getJob(id);
    if (job === undefined) throw jobNotFoundError(id);
    const user = nameOf(c.var.visitor.user);
    const text = editableText(job.payload, id, redactor);
    const where = { queue: params.get('queue') ?? '', ids: [id] };
    audit.tell({ action: 'edit', ...(user && { user }), ...where, changed: 0, outcome: 'opened' });
    return c.json({ text });
  });
  app.post('/-/do/:action', async (c) => {
    const { visitor } = c.var;
    const done = await handleAction(
      c.req.param('action'),
      c.req.raw,
      visitor,
      source,
      audit,
      options.allowedHosts,
    );
    monitor.failures.forget();
    readingsOf(monitor).forget();
    loader.refresh();
    return done;
  });
  app.all('*', (c) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return c.notFound();
    throw new HttpError(405, 'This cannot be asked for like that.');
  });
  return app;
}

/** Answers for a closed dashboard. */
function refuse(request: Request): Response {
  const response = errorResponse(request, errorAnswer(new HttpError(503, CLOSED)));
  response.headers.set('retry-after', '5');
  return response;
}

function eventStream(stream: ReadableStream<Uint8Array>): Response {
  const headers = {
    'content-type': 'text/event-stream',
    // Proxies such as nginx would otherwise buffer the stream.
    'x-accel-buffering': 'no',
    // A stream ends with its page or with the process; its connection serves nothing else.
    connection: 'close',
  };
  return new Response(stream, { headers });
}

/** Answers with an error: as a page to browsers, as JSON to scripts. */
function errorResponse(request: Request, answer: ReturnType<typeof errorAnswer>): Response {
  const { status, code, message } = answer;
  const { pathname } = new URL(request.url);
  const { root, route } = placeOf(pathname);
  const wantsPage = request.method === 'GET' && !/^\/-\/(?:live|payload)/.test(route);
  if (!wantsPage || request.headers.get('accept') === 'application/json') {
    return Response.json({ error: { code, message } }, { status });
  }
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    // The browser reloads by itself until the store is back.
    ...(status === 503 && { refresh: '10' }),
  };
  return new Response(errorDocument(answer, root), { status, headers });
}

const compress = promisify(gzip);
/** Below this size, in bytes, compressing costs more than it saves. */
const MIN_BYTES = 1024;
const TEXTS = /^(?:text\/html|text\/plain|application\/json)\b/;

/** Compresses a text response if the browser accepts that. Does not compress streams. */
async function compressed(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (!TEXTS.test(type) || response.headers.has('content-encoding')) return response;
  if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) return response;
  const body = Buffer.from(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.append('vary', 'accept-encoding');
  const { status } = response;
  if (body.length < MIN_BYTES) return new Response(body, { status, headers });
  headers.set('content-encoding', 'gzip');
  headers.delete('content-length');
  return new Response(await compress(body), { status, headers });
}
