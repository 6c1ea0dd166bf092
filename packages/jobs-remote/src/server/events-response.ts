import { type IQueue, JobsError } from '@philjs/jobs-core';
import type { BackendEvent } from '@philjs/jobs-core/backend';
import type { Masks } from './masks.ts';
import { type StreamOptions, streamResponse } from './stream-response.ts';

/**
 * Streams what happens in a queue as server-sent events: `event: open` once nothing will be missed, then `event: job` for
 * each event of a job, and `event: schedules` when a schedule changed.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function eventsResponse(
  { backend }: IQueue,
  masks: Masks | undefined,
  options: StreamOptions,
): Response {
  const { events, schedules } = backend;
  if (events === undefined) {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      `The server's backend \`${backend.name}\` has no events.`,
    );
  }
  return streamResponse(options, async ({ send, end, signal: ended }) => {
    let last = Promise.resolve();
    const onEvent = (event: BackendEvent): void => {
      if (masks === undefined) send('job', event);
      else last = last.then(async () => send('job', await masks.event(event))).catch(end);
    };
    const subscriptions = await Promise.all([
      events.subscribe({ onEvent, onError: end }),
      schedules?.watch({ onChange: () => send('schedules', {}) }),
    ]);
    const leave = (): void => {
      for (const one of subscriptions) void one?.unsubscribe().catch(() => undefined);
    };
    if (ended.aborted) leave();
    else ended.addEventListener('abort', leave, { once: true });
    send('open', {});
  });
}
