import { HttpError } from './http-error.ts';
import { parseJson } from './parse-json.ts';

/** The largest body, in bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads the body of a request as JSON. Stops after 64 KiB, whatever its headers say.
 *
 * @throws HttpError 400 when the client leaves before the end, 413, 415; JobsError `JOBS_INVALID_ARGUMENT`
 */
export async function readBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new HttpError(415, 'Send `application/json`.');
  }
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks).toString('utf8'), 'body');
}

/** Reads a body piece by piece. Once begun, only a client that is gone ends it with an error: no failure of this side. */
async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  // Throws where something else has read the body, which the log is to tell.
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  try {
    yield* { [Symbol.asyncIterator]: () => chunks };
  } catch {
    throw new HttpError(400, 'The request ended before its body did.');
  }
}

function tooLarge(): HttpError {
  return new HttpError(413, `A body may have at most ${MAX_BYTES / 1024} KiB.`);
}
