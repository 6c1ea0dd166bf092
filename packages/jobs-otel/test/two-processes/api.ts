// node api.ts <file for the spans>: takes orders over HTTP and enqueues them; runs no jobs.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { createQueue } from '@philjs/jobs-redis';
import { createTelemetry } from '../../src/index.ts';
import { followUp, order } from './jobs.ts';
import { startTracing } from './start-tracing.ts';

startTracing(process.argv[2] ?? '');
const tracer = trace.getTracer('api');
const { enqueueMiddleware } = createTelemetry();
const queue = createQueue({
  name: 'traced',
  enqueueTimeout: 60_000,
  jobs: [order, followUp],
  enqueueMiddleware,
});

const server = createServer((request, response) => {
  const parent = propagation.extract(context.active(), request.headers);
  const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'POST' } };
  tracer.startActiveSpan('POST /orders', options, parent, async (span) => {
    const job = await queue.enqueue(order, { id: 'o1' }, { jobId: 'order-o1' });
    span.end();
    response.end(job.id);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.once('disconnect', async () => {
  server.close();
  server.closeAllConnections();
  await queue.close();
});
