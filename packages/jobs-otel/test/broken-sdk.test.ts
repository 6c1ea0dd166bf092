import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { defineJob } from '@philjs/jobs-core';
import { expect, onTestFinished, test } from 'vitest';
import { createTelemetry } from '../src/index.ts';
import { breaking } from './breaking.ts';
import { describeOnBackends } from './describe-on-backends.ts';

const tracerProvider = new TracerProvider({
  spanProcessors: [new SimpleSpanProcessor({ exporter: new InMemorySpanExporter() })],
});
const propagator = new W3CTraceContextPropagator();

describeOnBackends('a broken SDK', (createQueue) => {
  test.each([
    'startSpan',
    'setAttribute',
    'recordException',
    'end',
    'add',
    'record',
    'inject',
    'extract',
    'with',
    'active',
  ])('keeps from its job that an SDK throws in `%s`', async (method) => {
    const broken = breaking(method);
    const handled: unknown[] = [];
    const work = defineJob({
      name: 'work',
      attempts: 2,
      backoff: { type: 'fixed', delay: 1 },
      handler: (payload: number, ctx) => {
        handled.push([payload, ctx.attempt, ctx.metadata['tenant']]);
        if (ctx.attempt === 1) throw new TypeError('first attempt');
        return payload;
      },
    });
    const telemetry = createTelemetry({
      tracerProvider: broken(tracerProvider),
      meterProvider: broken(new MeterProvider()),
      propagator: broken(propagator),
    });
    const queue = createQueue({ name: 'broken', jobs: [work], ...telemetry });
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => errors.push(error));
    const manager = broken(new AsyncLocalStorageContextManager().enable());
    context.disable();
    context.setGlobalContextManager(manager);
    onTestFinished(() => {
      context.disable();
    });
    await queue.process();
    const job = await queue.enqueue(work, 7, { metadata: { tenant: 'acme' } });
    expect(await queue.waitFor(job)).toBe(7);
    const refused = queue.enqueue(work, Number.NaN);
    await expect(refused).rejects.toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE' });
    await queue.close();
    expect([handled, errors]).toEqual([
      [
        [7, 1, 'acme'],
        [7, 2, 'acme'],
      ],
      [],
    ]);
  });
});
