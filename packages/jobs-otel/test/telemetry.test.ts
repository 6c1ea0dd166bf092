import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { defineJob } from '@philjs/jobs-core';
import { createQueue as createMemoryQueue, createMemoryStore } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTelemetry } from '../src/index.ts';
import { describeOnBackends } from './describe-on-backends.ts';

const exporter = new InMemorySpanExporter();
const tracerProvider = new TracerProvider({
  spanProcessors: [new SimpleSpanProcessor({ exporter })],
});
const propagator = new W3CTraceContextPropagator();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => exporter.reset());
afterAll(() => {
  context.disable();
  propagation.disable();
});

function byName(prefix: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name.startsWith(prefix));
}

test('notes a lease that was lost as such, though the handler returns', async () => {
  const telemetry = createTelemetry({ tracerProvider, propagator });
  const store = createMemoryStore();
  const clock = createTestClock(0);
  const ends: (() => void)[] = [];
  const slow = defineJob({
    name: 'slow',
    handler: () => new Promise<void>((resolve) => ends.push(resolve)),
  });
  const options = { name: 'lost', jobs: [slow], store };
  const queue = createMemoryQueue({ ...options, clock, ...telemetry });
  await queue.process();
  await queue.enqueue(slow, undefined);
  await clock.advance(0);
  // Another process, whose clock says that the lease has run out.
  const later = createTestClock(120_000);
  const other = createMemoryQueue({ ...options, clock: later });
  await other.process();
  await later.advance(1000);
  expect(ends).toHaveLength(2);
  ends[0]?.();
  await clock.advance(1000);
  const [span, ...more] = byName('process lost');
  expect(more).toEqual([]);
  expect(span?.attributes).toMatchObject({
    'philjs.job.outcome': 'lost',
    'error.type': 'JOBS_LEASE_LOST',
  });
  expect(span?.status.code).toBe(SpanStatusCode.ERROR);
  ends[1]?.();
  await later.advance(1000);
  await Promise.all([queue.close(), other.close()]);
});

describeOnBackends('createTelemetry', (createQueue) => {
  test('makes one trace of a request, its job, the retry and the follow-up jobs', async () => {
    const followUp = defineJob({
      name: 'follow-up',
      handler: (payload: { n: number }) => payload.n,
    });
    const order = defineJob({
      name: 'order',
      attempts: 2,
      backoff: { type: 'fixed', delay: 1 },
      handler: async (_payload: { id: string }, ctx) => {
        if (ctx.attempt === 1) throw new TypeError('first attempt');
        await ctx.queue.enqueueMany([
          { job: followUp, payload: { n: 1 } },
          { job: followUp, payload: { n: 2 } },
        ]);
      },
    });
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const queue = createQueue({ name: 'traced', jobs: [order, followUp], ...telemetry });
    const followed: Promise<unknown>[] = [];
    queue.on('waiting', ({ jobId, name }) => {
      if (name === 'follow-up') followed.push(queue.waitFor(jobId));
    });
    await queue.process();

    const tracer = tracerProvider.getTracer('test');
    const request = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER });
    const job = await context.with(trace.setSpan(context.active(), request), () =>
      queue.enqueue(order, { id: 'o1' }),
    );
    request.end();
    await queue.waitFor(job);
    // The events of the two may come after what they tell of.
    await expect.poll(() => followed).toHaveLength(2);
    await Promise.all(followed);
    await queue.close();

    const spans = exporter.getFinishedSpans();
    const traceIds = new Set(spans.map((span) => span.spanContext().traceId));
    expect(traceIds).toEqual(new Set([request.spanContext().traceId]));
    const [enqueued, ...followUps] = byName('enqueue traced');
    expect(enqueued?.kind).toBe(SpanKind.PRODUCER);
    expect(enqueued?.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(followUps).toHaveLength(2);
    const attempts = byName('process traced').filter(
      ({ attributes }) => attributes['philjs.job.name'] === 'order',
    );
    expect(attempts.map(({ attributes }) => attributes['philjs.job.attempt'])).toEqual([1, 2]);
    expect(attempts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
      enqueued?.spanContext().spanId,
      enqueued?.spanContext().spanId,
    ]);
    expect(attempts[0]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(attempts[0]?.attributes['error.type']).toBe('TypeError');
    expect(attempts[1]?.status.code).toBe(SpanStatusCode.UNSET);
    for (const span of followUps) {
      expect(span.parentSpanContext?.spanId).toBe(attempts[1]?.spanContext().spanId);
    }
  });

  test('notes a snooze as such and a failure by ctx.fail with its own error', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const job = defineJob({
      name: 'undecided',
      handler: (_payload: undefined, ctx) =>
        ctx.fencingToken === 1 ? ctx.snooze(1) : ctx.fail(new RangeError('enough')),
    });
    const queue = createQueue({ name: 'snoozed', jobs: [job], ...telemetry });
    await queue.process();
    const enqueued = await queue.enqueue(job);
    await expect(queue.waitFor(enqueued)).rejects.toMatchObject({ name: 'RangeError' });
    await queue.close();
    const [first, second] = byName('process snoozed');
    expect(first?.attributes['philjs.job.outcome']).toBe('snoozed');
    expect(first?.status.code).toBe(SpanStatusCode.UNSET);
    expect(second?.attributes['error.type']).toBe('RangeError');
    expect(second?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test('notes a cancelled run as such, which is no error', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const patient = defineJob({
      name: 'patient',
      handler: (payload: 'returns' | 'throws', ctx) =>
        new Promise<void>((resolve, reject) => {
          ctx.signal.addEventListener('abort', () =>
            payload === 'returns' ? resolve() : reject(ctx.signal.reason),
          );
        }),
    });
    const queue = createQueue({ name: 'cancelled', jobs: [patient], concurrency: 2, ...telemetry });
    await queue.process();
    for (const how of ['returns', 'throws'] as const) {
      const started = new Promise((resolve) => queue.once('active', resolve));
      const { id } = await queue.enqueue(patient, how);
      await started;
      await queue.cancelJob(id);
      await expect(queue.waitFor(id)).rejects.toMatchObject({ code: 'JOBS_CANCELLED' });
    }
    await queue.close();
    const spans = byName('process cancelled');
    expect(spans).toHaveLength(2);
    for (const span of spans) {
      expect(span.attributes['philjs.job.outcome']).toBe('cancelled');
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    }
  });

  test('tells a timeout and a result that cannot be stored, though the handler returns', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const late = defineJob({
      name: 'late',
      attempts: 1,
      timeout: 20,
      handler: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        return 'late';
      },
    });
    const big = defineJob({ name: 'big', attempts: 1, handler: () => 'x'.repeat(100) });
    const options = { name: 'told', jobs: [late, big], maxResultBytes: 50, ...telemetry };
    const queue = createQueue(options);
    await queue.process();
    for (const name of ['late', 'big'] as const) {
      const { id } = await queue.enqueue(name);
      await queue.waitFor(id).catch(() => undefined);
    }
    await queue.close();
    const spans = byName('process told').map(({ attributes, status }) => [
      attributes['philjs.job.name'],
      attributes['philjs.job.outcome'],
      attributes['error.type'],
      status.code,
    ]);
    expect(spans).toEqual([
      ['late', 'failed', 'JOBS_TIMEOUT', SpanStatusCode.ERROR],
      ['big', 'failed', 'JOBS_RESULT_TOO_LARGE', SpanStatusCode.ERROR],
    ]);
  });

  test('ends the span of an attempt whatever its handler throws', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const unreadable = {
      get code(): string {
        throw new Error('not to be read');
      },
      toString: () => {
        throw new Error('not to be read');
      },
    };
    const thrown = [
      unreadable,
      Object.create(null),
      Symbol('odd'),
      { status: 503 },
      new RangeError('far'),
    ];
    const job = defineJob({
      name: 'odd',
      attempts: 1,
      handler: (index: number) => {
        throw thrown[index];
      },
    });
    const queue = createQueue({ name: 'odd', jobs: [job], ...telemetry });
    const errors: unknown[] = [];
    queue.on('error', (event) => errors.push(event));
    await queue.process();
    for (const index of thrown.keys()) {
      await queue.waitFor(await queue.enqueue(job, index)).catch(() => undefined);
    }
    await queue.close();
    const spans = byName('process odd').map(({ attributes, status, events }) => [
      attributes['error.type'],
      status.code,
      events[0]?.attributes?.['exception.message'],
    ]);
    const { ERROR } = SpanStatusCode;
    expect(spans).toEqual([
      ['_OTHER', ERROR, expect.any(String)],
      ['_OTHER', ERROR, '`{}` was thrown'],
      ['_OTHER', ERROR, 'a symbol was thrown'],
      ['_OTHER', ERROR, '`{"status":503}` was thrown'],
      ['RangeError', ERROR, 'far'],
    ]);
    expect(errors).toEqual([]);
  });

  test('leaves it to the queue to refuse metadata that is no object', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const job = defineJob({ name: 'noted', handler: () => 1 });
    const queue = createQueue({ name: 'noted', jobs: [job], ...telemetry });
    for (const metadata of ['a text', ['a list'], null]) {
      await expect(queue.enqueue(job, undefined, { metadata } as never)).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'metadata' },
      });
    }
    await queue.close();
  });

  test('notes an enqueue that is refused, and one that finds the job there', async () => {
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const job = defineJob({ name: 'known', handler: () => 1 });
    const queue = createQueue({ name: 'refused', jobs: [job], ...telemetry });
    await queue.enqueue(job, undefined, { jobId: 'same' });
    await queue.enqueue(job, undefined, { jobId: 'same' });
    await expect(queue.enqueue(job, () => 1)).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
    });
    await queue.close();
    const spans = byName('enqueue refused');
    expect(spans.map(({ attributes }) => attributes['philjs.job.duplicate'])).toEqual([
      undefined,
      true,
      undefined,
    ]);
    expect(spans[2]?.attributes['error.type']).toBe('JOBS_PAYLOAD_NOT_SERIALIZABLE');
  });

  test('measures what was sent and consumed, by queue and job name', async () => {
    const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({
      exporter: metricExporter,
      exportIntervalMillis: 3_600_000,
    });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const telemetry = createTelemetry({ tracerProvider, meterProvider, propagator });
    const job = defineJob({ name: 'measured', handler: () => 1 });
    const queue = createQueue({ name: 'metrics', jobs: [job], ...telemetry });
    await queue.process();
    const jobs = await queue.enqueueMany([
      { job, payload: undefined },
      { job, payload: undefined },
    ]);
    await Promise.all(jobs.map(({ id }) => queue.waitFor(id)));
    await queue.close();
    await reader.forceFlush();
    const exported = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics);
    const values = Object.fromEntries(
      exported.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]]),
    );
    expect(values['messaging.client.sent.messages']?.value).toBe(2);
    expect(values['messaging.client.consumed.messages']?.value).toBe(2);
    expect(values['messaging.process.duration']?.value).toMatchObject({ count: 2 });
    expect(values['messaging.process.duration']?.attributes).toMatchObject({
      'messaging.system': 'philjs_jobs',
      'messaging.destination.name': 'metrics',
      'philjs.job.name': 'measured',
    });
    await meterProvider.shutdown();
  });

  test('leaves the trace out of metadata that has no room for it', async () => {
    const work = defineJob({ name: 'work', handler: () => undefined });
    const telemetry = createTelemetry({ tracerProvider, propagator });
    const queue = createQueue({ name: 'full', jobs: [work], ...telemetry });
    const metadata = { text: 'x'.repeat(65_500) };
    const job = await queue.enqueue(work, undefined, { metadata });
    expect(job.metadata).toEqual(metadata);
    const tooMuch = queue.enqueue(work, undefined, { metadata: { text: 'x'.repeat(65_536) } });
    await expect(tooMuch).rejects.toMatchObject({ code: 'JOBS_PAYLOAD_TOO_LARGE' });
    await queue.close();
  });

  test('adds nothing to a job and changes nothing when no SDK is registered', async () => {
    const telemetry = createTelemetry();
    const job = defineJob({ name: 'plain', handler: (payload: { a: number }) => payload.a });
    const queue = createQueue({ name: 'plain', jobs: [job], ...telemetry });
    await queue.process();
    const enqueued = await queue.enqueue(job, { a: 7 });
    expect(await queue.waitFor(enqueued)).toBe(7);
    expect((await queue.getJob(enqueued.id))?.metadata).toEqual({});
    await queue.close();
  });
});
