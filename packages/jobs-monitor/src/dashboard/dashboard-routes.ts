import type { Clock } from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { Hono } from 'hono';
import type { PageSource } from '../pages/page-source.ts';
import { readingsOf } from '../pages/workflow/workflow-readings.ts';
import { PAGES, type PageName } from '../view/page-name.ts';
import { handleAction } from './action-handler.ts';
import { editableText } from './actions/edit-job.ts';
import { Audit, nameOf } from './audit.ts';
import type { ResolvedDashboardOptions } from './dashboard-options.ts';
import { errorResponse } from './http/error-response.ts';
import { DoorError, errorAnswer, HttpError } from './http/http-error.ts';
import type { Mounts } from './http/mounts.ts';
import { pageParams } from './http/page-params.ts';
import { placeOf } from './http/place.ts';
import { refuseEmbedding, refuseProxied, requireKnownHost } from './http/same-origin.ts';
import type { LivePages } from './live/live-pages.ts';
import { assetResponse } from './page/asset.ts';
import type { PageLoader } from './page/page-loader.ts';
import { handlePage } from './page-handler.ts';
import { identify, mayStillRead, type Visitor } from './visitor.ts';

/** Holds the parts of a dashboard that its routes use. */
interface DashboardParts {
  readonly source: PageSource;
  readonly options: ResolvedDashboardOptions;
  readonly loader: PageLoader;
  readonly pages: LivePages;
  readonly mounts: Mounts;
}

type App = Hono<{ Variables: { visitor: Visitor } }>;

/** Makes the routes of a dashboard. Each but the error page requires a known host and the permission to read. */
export function dashboardRoutes(parts: DashboardParts): App {
  const { clock, queues } = parts.source.monitor;
  const audit = new Audit(clock, queues[0].logger, parts.options.audit);
  const app: App = new Hono({ getPath: (request) => placeOf(new URL(request.url).pathname).route });
  answerErrors(app, parts.source);
  requireVisitor(app, parts.options, clock);
  servePages(app, parts);
  serveLivePages(app, parts);
  servePayloads(app, parts.source, audit);
  serveActions(app, parts, audit);
  app.all('*', (c) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return c.notFound();
    throw new HttpError(405, 'This address does not take this method.');
  });
  return app;
}

function answerErrors(app: App, { monitor, redactor }: PageSource): void {
  app.onError((error, c) => {
    const answer = errorAnswer(error);
    const { logger } = monitor.queues[0];
    if (error instanceof DoorError) logger.error(error.line, error.cause ?? '');
    else if (answer.status === 500) logger.error('The dashboard failed', error);
    return errorResponse(c.req.raw, { ...answer, message: redactor.text(answer.message) });
  });
  app.notFound((c) =>
    errorResponse(c.req.raw, errorAnswer(new HttpError(404, 'There is no such page.'))),
  );
}

function requireVisitor(app: App, options: ResolvedDashboardOptions, clock: Clock): void {
  app.use(async (c, next) => {
    requireKnownHost(c.req.raw, options);
    if (options.auth === 'none') {
      refuseProxied(c.req.raw);
      refuseEmbedding(c.req.raw);
    }
    const visitor = await identify(c.req.raw, options, clock);
    if (visitor instanceof Response) return new Response(visitor.body, visitor);
    visitor.require('read');
    c.set('visitor', visitor);
    return next();
  });
}

/** Serves the pages, their assets, and the metrics. */
function servePages(app: App, { source, options, loader, mounts }: DashboardParts): void {
  const { monitor } = source;
  for (const page of Object.keys(PAGES) as PageName[]) {
    app.get(page === 'overview' ? '/' : `/-/${page}`, (c) => {
      const { pathname } = new URL(c.req.url);
      if (page === 'overview' && !mounts.isMount(pathname)) return c.notFound();
      const place = placeOf(pathname);
      return handlePage(page, c.req.raw, place, c.var.visitor, monitor, loader, options);
    });
  }
  app.get('/-/assets/:name', (c) => assetResponse(c.req.param('name'), c.req.raw) ?? c.notFound());
  app.get('/metrics', async () => {
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    return new Response(await monitor.prometheus(), { headers });
  });
}

function serveLivePages(app: App, { source, options, pages }: DashboardParts): void {
  const { clock } = source.monitor;
  app.get('/-/live/:page', async (c) => {
    const page = c.req.param('page');
    if (!Object.hasOwn(PAGES, page)) return c.notFound();
    const params = pageParams(page as PageName, new URL(c.req.url).searchParams);
    // It has no body, whose end would close a stream.
    if (c.req.method === 'HEAD') return eventStream(null);
    const isAllowed = (): Promise<boolean> =>
      mayStillRead(c.req.raw, c.var.visitor, options, clock);
    const reader = nameOf(c.var.visitor.user) ?? '';
    return eventStream(await pages.open(page as PageName, params, { reader, isAllowed }));
  });
}

/** Serves the payload of a job to be edited; the audit records it. */
function servePayloads(app: App, { monitor, redactor }: PageSource, audit: Audit): void {
  app.get('/-/payload', async (c) => {
    c.var.visitor.require('enqueue');
    const params = pageParams('job', new URL(c.req.url).searchParams);
    const id = params.get('id') ?? '';
    const job = await monitor.getQueue(params.get('queue') ?? '').getJob(id);
    if (job === undefined) throw jobNotFoundError(id);
    const user = nameOf(c.var.visitor.user);
    const text = editableText(job.payload, id, redactor);
    const where = { queue: params.get('queue') ?? '', ids: [id] };
    audit.record({
      action: 'edit',
      ...(user && { user }),
      ...where,
      changed: 0,
      outcome: 'opened',
    });
    return c.json({ text });
  });
}

function serveActions(app: App, { source, options, loader }: DashboardParts, audit: Audit): void {
  app.post('/-/do/:action', async (c) => {
    const action = c.req.param('action');
    const done = await handleAction(action, c.req.raw, c.var.visitor, source, audit, options);
    source.monitor.failures.forget();
    readingsOf(source.monitor).forget();
    loader.refresh();
    return done;
  });
}

function eventStream(stream: ReadableStream<Uint8Array> | null): Response {
  const headers = {
    'content-type': 'text/event-stream',
    // Proxies such as nginx would otherwise buffer the stream.
    'x-accel-buffering': 'no',
    // A stream ends with its page or with the process; its connection serves nothing else.
    connection: 'close',
  };
  return new Response(stream, { headers });
}
