import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { acceptsGzip } from './accepts-gzip.ts';

const compress = promisify(gzip);
/** Below this size, in bytes, compressing costs more than it saves. */
const MIN_BYTES = 1024;
const TEXTS = /^(?:text\/html|text\/plain|application\/json)\b/;

/** Compresses a text response if the browser accepts that. Does not compress streams. */
export async function compressText(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  if (!TEXTS.test(type) || response.headers.has('content-encoding')) return response;
  if (!acceptsGzip(request) || response.body === null) return response;
  const body = Buffer.from(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.append('vary', 'accept-encoding');
  const { status } = response;
  if (body.length < MIN_BYTES) return new Response(body, { status, headers });
  headers.set('content-encoding', 'gzip');
  headers.delete('content-length');
  return new Response(await compress(body), { status, headers });
}
