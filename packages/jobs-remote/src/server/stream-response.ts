/** How often a stream without events says that it lives, in milliseconds: proxies close silent ones. */
const ALIVE_EVERY_MS = 15_000;

/** Writes to a stream of server-sent events. */
export interface StreamWriter {
  /** Sends an event. After the end it does nothing. */
  readonly send: (event: string, data: unknown) => void;
  /** Ends the stream: with an error, it breaks. */
  readonly end: (error?: unknown) => void;
  /** Aborts when the stream has ended, or its reader is gone. */
  readonly signal: AbortSignal;
}

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/** Says when a stream ends. */
export interface StreamOptions {
  /** Ends it when it aborts. */
  readonly signal: AbortSignal;
  /** Called once when it has ended, or its reader is gone. */
  readonly onEnd: () => void;
}

/**
 * Answers with a stream of server-sent events, until it is ended or the signal aborts.
 *
 * @param start - called once; what it rejects with breaks the stream
 */
export function streamResponse(
  { signal, onEnd }: StreamOptions,
  start: (writer: StreamWriter) => Promise<void>,
): Response {
  const encoder = new TextEncoder();
  const ended = new AbortController();
  ended.signal.addEventListener('abort', onEnd, { once: true });
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      const write = (text: string): void => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const alive = setInterval(() => write(': alive\n\n'), ALIVE_EVERY_MS);
      const end: StreamWriter['end'] = (error) => {
        if (ended.signal.aborted) return;
        ended.abort();
        if (error === undefined) controller.close();
        else controller.error(error);
      };
      const leave = (): void => end();
      ended.signal.addEventListener('abort', () => {
        clearInterval(alive);
        signal.removeEventListener('abort', leave);
      });
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) return leave();
      const send: StreamWriter['send'] = (event, data) =>
        write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      await start({ send, end, signal: ended.signal }).catch(end);
    },
    cancel: () => ended.abort(),
  });
  return new Response(body, { headers: HEADERS });
}
