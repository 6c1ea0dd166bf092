import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Reads the messages of a stream of server-sent events, until it ends; leaves the stream when the reader does. */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  // Not by `pipeThrough` and `for await`, which some browsers lack.
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const messages: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => messages.push(message) });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* messages.splice(0);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
