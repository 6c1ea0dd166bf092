import { describeValue } from '../check/describe-value.ts';
import type { SerializedError } from './serialized-error.ts';

const MAX_TEXT = 10_000;
const MAX_CAUSES = 5;
const MAX_PARTS = 10;
/** Parts of parts multiply, so they are kept less deep than causes. */
const MAX_PARTS_DEPTH = 2;

/**
 * Turns whatever was thrown into plain JSON with a readable name and message, without ever throwing
 * itself: `undefined`, strings, errors whose getters throw, circular causes.
 */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, 0);
}

function serialize(thrown: unknown, depth: number): SerializedError {
  try {
    return describe(thrown, depth);
  } catch {
    // A proxy may throw whatever it is asked, be it only whether it is an Error.
    return { name: 'NonError', message: `${describeValue(thrown)} was thrown` };
  }
}

function describe(thrown: unknown, depth: number): SerializedError {
  if (typeof thrown !== 'object' || thrown === null) return nonError(thrown);
  if (!looksLikeError(thrown)) return nonError(thrown);
  const stack = readString(thrown, 'stack');
  const code = readCode(thrown);
  const cause = depth < MAX_CAUSES ? read(thrown, 'cause') : undefined;
  const parts = depth < MAX_PARTS_DEPTH ? read(thrown, 'errors') : undefined;
  return {
    name: cut(readString(thrown, 'name') || 'Error'),
    message: cut(readString(thrown, 'message') ?? 'The message of the error cannot be read'),
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack: cut(stack) }),
    ...(cause !== undefined && cause !== null && { cause: serialize(cause, depth + 1) }),
    ...(Array.isArray(parts) && {
      errors: parts.slice(0, MAX_PARTS).map((part: unknown) => serialize(part, depth + 1)),
    }),
  };
}

function nonError(thrown: unknown): SerializedError {
  if (typeof thrown === 'string' && thrown !== '')
    return { name: 'NonError', message: cut(thrown) };
  return { name: 'NonError', message: cut(`${preview(thrown)} was thrown`) };
}

/** Shows an object's JSON where it has any, since `{ status: 503 }` says more than `an object`. */
function preview(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return describeValue(thrown);
  try {
    return `\`${JSON.stringify(thrown)?.slice(0, 500) ?? describeValue(thrown)}\``;
  } catch {
    return describeValue(thrown);
  }
}

function looksLikeError(thrown: object): boolean {
  return thrown instanceof Error || typeof read(thrown, 'message') === 'string';
}

function readCode(thrown: object): string | undefined {
  const code = read(thrown, 'code');
  return typeof code === 'string' || typeof code === 'number' ? cut(String(code)) : undefined;
}

function readString(thrown: object, key: string): string | undefined {
  const value = read(thrown, key);
  return typeof value === 'string' ? value : undefined;
}

function read(thrown: object, key: string): unknown {
  try {
    return (thrown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
