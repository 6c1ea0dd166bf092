import type { BackendEvent } from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';

/** Describes an event as the SQL functions write it. */
interface WrittenEvent {
  readonly type: BackendEvent['type'];
  readonly id?: string;
  readonly name?: string;
  readonly at: number;
  readonly more?: { readonly [field: string]: unknown } | null;
  /** The place of its text when that is too long for a notification. */
  readonly large?: number;
}

/** The fields that hold JSON as text. */
const JSON_FIELDS = new Set(['result', 'error', 'progress']);

/** The fields that hold text as it is stored. */
const TEXT_FIELDS = new Set(['deduplicatedJobId', 'key']);

/** Reads the text of a notification. */
export function readWritten(text: string): WrittenEvent[] {
  return JSON.parse(text) as WrittenEvent[];
}

/** Makes an event from its written form. */
export function toEvent({ type, id, name, at, more }: WrittenEvent): BackendEvent {
  if (id === undefined) return { type, at } as BackendEvent;
  const fields = Object.entries(more ?? {}).flatMap(([field, value]) => {
    if (TEXT_FIELDS.has(field)) return [[field, fromText(String(value))]];
    if (!JSON_FIELDS.has(field)) return value === null ? [] : [[field, value]];
    return [[field, typeof value === 'string' ? JSON.parse(value) : undefined]];
  });
  const known = name === undefined ? undefined : { name: fromText(name) };
  return { type, jobId: fromText(id), ...known, at, ...Object.fromEntries(fields) } as BackendEvent;
}
