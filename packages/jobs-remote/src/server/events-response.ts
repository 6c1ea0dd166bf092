import { type IQueue, JobsError } from '@philjs/jobs-core';
import { type StreamOptions, streamResponse } from './stream-response.ts';

/**
 * Streams what happens in a queue as server-sent events: `event: open` once nothing will be missed, then `event: job` for
 * each event of a job, and `event: schedules` when a schedule changed.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function eventsResponse({ backend }: IQueue, options: StreamOptions): Response {
  const { events, schedules } = backend;
  if (events === undefined) {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      `The server's backend \`${backend.name}\` has no events.`,
    );
  }
  return streamResponse(options, async ({ send, end, signal: ended }) => {
    const subscriptions = await Promise.all([
      events.subscribe({ onEvent: (event) => send('job', event), onError: end }),
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
