import { JobsError, type JsonObject } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { parse } from 'secure-json-parse';

/**
 * Reads the body of a request: a JSON object, or nothing.
 *
 * @throws JobsError `JOBS_TOO_LARGE`, `JOBS_INVALID_ARGUMENT`
 */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  const text = await readText(request, maxBytes);
  if (text === '') return {};
  let body: unknown;
  try {
    body = parse(text);
  } catch (error) {
    const message = `Expected the body to be JSON: ${(error as Error).message}`;
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, { details: { field: 'body' } });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw invalidArgument('body', 'a JSON object', body);
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      const message = `The body is larger than ${maxBytes} bytes. Send fewer jobs a call, or raise \`limits.bodyBytes\`.`;
      throw new JobsError('JOBS_TOO_LARGE', message, { details: { maxBytes } });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
