import { JobsError } from '@philjs/jobs-core';
import { MASK } from './redact-text.ts';
import { maskAt, type Redactor } from './redactor.ts';

/**
 * Puts what was masked back into an edited payload, also where it was moved to: each mask of
 * `editable` says where its value is. Nothing else of that form may be in it, so a mask is never
 * stored.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a mask that stands for nothing
 */
export function unmask(edited: unknown, original: unknown, redactor: Redactor): unknown {
  const values = new Map<string, unknown>();
  collectMasked(original, ['payload'], redactor, values);
  return restore(edited, values);
}

function collectMasked(
  value: unknown,
  path: readonly string[],
  redactor: Redactor,
  values: Map<string, unknown>,
): void {
  if (redactor.hides(path)) {
    values.set(maskAt(path), value);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      collectMasked(inner, [...path, key], redactor, values);
    }
  }
}

function restore(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    if (values.has(value)) return values.get(value);
    if (!value.includes(MASK.slice(0, -1))) return value;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `\`${value.slice(0, 100)}\` stands for nothing in this payload. Leave masks as they are, move them, or write a new value.`,
      { details: { field: 'payload' } },
    );
  }
  if (Array.isArray(value)) return value.map((item) => restore(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, restore(inner, values)]),
  );
}
