import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { defineJob, RunEnded } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { beforeAll, expect, it, vi } from 'vitest';

/** The package over another copy of core than the queues have, as where two versions of core are installed. */
let other: typeof import('../src/index.ts');

beforeAll(async () => {
  vi.resetModules();
  other = await import('../src/index.ts');
  expect((await import('@philjs/jobs-core')).RunEnded).not.toBe(RunEnded);
});

it('traces the runs of a queue that another copy of core made', async () => {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const tracerProvider = new TracerProvider({ spanProcessors });
  const job = defineJob({ name: 'job', handler: (n: number) => n });
  const queue = createQueue({ jobs: [job], ...other.createTelemetry({ tracerProvider }) });
  await queue.process();
  await queue.waitFor(await queue.enqueue(job, 1));
  await queue.close();
  const names = exporter.getFinishedSpans().map(({ name }) => name);
  expect(names.toSorted()).toEqual(['enqueue default', 'process default']);
});
