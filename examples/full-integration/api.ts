import { httpInstrumentationMiddleware } from '@hono/otel';
import { zValidator } from '@hono/zod-validator';
import {
  type Dashboard,
  type IQueue,
  isJobsError,
  type Job,
  type Monitor,
  type Scheduler,
} from '@philjs/jobs';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import type { ShopJobs } from './jobs/shop-jobs.ts';
import { orderRequest } from './shop/order.ts';
import type { OrderBook } from './shop/order-book.ts';
import { UnknownSkuError } from './shop/stock.ts';
import { currentRequest } from './telemetry/request-id.ts';

/** Holds the parts that the API needs. */
export interface ApiSetup {
  readonly book: OrderBook;
  readonly jobs: ShopJobs;
  readonly queue: IQueue;
  readonly scheduler: Scheduler;
  readonly monitor: Monitor;
  readonly dashboard: Dashboard | undefined;
  /** Aborts when the process should end, so that no request waits any longer. */
  readonly stopping: AbortSignal;
}

const MAX_WAIT_SECONDS = 30;

/** Makes the API: takes orders, returns their status, and answers health probes. */
export function createApi(setup: ApiSetup): Hono {
  const app = new Hono();
  app.onError(answerError);
  // A client that keeps its connection and sends further requests would delay the end of the server.
  app.use(async (c, next) => {
    await next();
    if (setup.stopping.aborted) c.header('connection', 'close');
  });
  serveOperators(app, setup);
  // Only the requests of customers are traced: those of probes and browsers of operators would bury them.
  app.use(httpInstrumentationMiddleware({ serviceName: 'shop' }), requestId());
  app.use((c, next) => currentRequest.run(c.get('requestId'), next));
  serveCustomers(app, setup);
  return app;
}

/** Serves health probes, metrics and the dashboard. */
function serveOperators(app: Hono, { monitor, dashboard }: ApiSetup): void {
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const { status, issues } = await monitor.getHealth();
    return c.json({ status, issues }, status === 'critical' ? 503 : 200);
  });
  app.get('/metrics', async (c) => c.text(await monitor.prometheus()));
  if (dashboard === undefined) return;
  app.get('/jobs', (c) => c.redirect('/jobs/'));
  app.all('/jobs/*', (c) => dashboard.fetch(c.req.raw));
}

/** Serves orders and reports. */
function serveCustomers(app: Hono, { book, jobs, queue, scheduler, stopping }: ApiSetup): void {
  app.post(
    '/orders',
    bodyLimit({ maxSize: 65_536 }),
    zValidator('json', orderRequest),
    async (c) => {
      const order = book.place(c.req.valid('json'), c.req.header('idempotency-key'));
      // The order is stored first: should the process end now, the pick-up schedule finds it.
      await queue.enqueue(jobs.chargeOrder, { orderId: order.id }, { jobId: `charge-${order.id}` });
      return c.json(order, 202, { location: `/orders/${order.id}` });
    },
  );
  app.get('/orders/:id', async (c) => {
    const id = c.req.param('id');
    if (book.find(id) === undefined) throw new HTTPException(404);
    const wait = Math.min(Number(c.req.query('wait') ?? 0) || 0, MAX_WAIT_SECONDS);
    const signal = AbortSignal.any([stopping, c.req.raw.signal, AbortSignal.timeout(wait * 1000)]);
    const found = [];
    for (const jobId of [`charge-${id}`, `pack-${id}`, `receipt-${id}`]) {
      if (wait > 0) await queue.waitFor(jobId, { signal }).catch(() => undefined);
      const job = await queue.getJob(jobId);
      if (job !== undefined) found.push(publicView(job));
    }
    return c.json({ ...book.get(id), jobs: found });
  });
  app.post('/reports', async (c) => {
    const report = await queue.waitFor(await scheduler.trigger('daily-report'), {
      signal: stopping,
    });
    return c.json(report as Record<string, unknown>, 201);
  });
}

/** Keeps of a job what its customer may see. */
function publicView({ name, status, attemptsMade, error, metadata }: Job): object {
  const requestId = metadata['requestId'];
  return { name, status, attemptsMade, ...(error && { error: error.message }), requestId };
}

/** Answers an error: 4xx for a mistake of the caller, 503 for a store that is away, so that the caller tries again. */
function answerError(error: Error, c: Context): Response {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof UnknownSkuError) return c.json({ error: error.message }, 400);
  if (
    isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE') ||
    isJobsError(error, 'JOBS_QUEUE_CLOSED') ||
    isJobsError(error, 'JOBS_ABORTED')
  ) {
    return c.json({ error: 'Not now, try again' }, 503, { 'retry-after': '5' });
  }
  console.error(error);
  return c.json({ error: 'Something went wrong' }, 500);
}
