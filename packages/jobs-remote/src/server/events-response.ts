import { type IQueue, JobsError } from '@philjs/jobs-core';
import type { BackendEvent } from '@philjs/jobs-core/backend';

/** How often a stream without events says that it lives, in milliseconds: proxies close silent ones. */
const ALIVE_EVERY_MS = 15_000;

/**
 * Streams what happens in a queue as server-sent events: `event: open` once nothing will be missed, then `event: job` for
 * each event of a job, and `event: schedules` when a schedule changed.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export async function eventsResponse({ backend }: IQueue, signal: AbortSignal): Promise<Response> {
  const { events, schedules } = backend;
  if (events === undefined) {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      `The server's backend \`${backend.name}\` has no events.`,
    );
  }
  const encoder = new TextEncoder();
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort(), { once: true });
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const send = (text: string): void => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const subscriptions = await Promise.all([
        events.subscribe({
          onEvent: (event: BackendEvent) => send(`event: job\ndata: ${JSON.stringify(event)}\n\n`),
          onError: (error) => {
            if (ended.signal.aborted) return;
            ended.abort();
            controller.error(error);
          },
        }),
        schedules?.watch({ onChange: () => send('event: schedules\ndata: {}\n\n') }),
      ]);
      const alive = setInterval(() => send(': alive\n\n'), ALIVE_EVERY_MS);
      const end = (): void => {
        clearInterval(alive);
        for (const one of subscriptions) void one?.unsubscribe().catch(() => undefined);
      };
      if (ended.signal.aborted) end();
      else ended.signal.addEventListener('abort', end, { once: true });
      send('event: open\ndata: {}\n\n');
    },
    cancel: () => ended.abort(),
  });
  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  };
  return new Response(body, { headers });
}
