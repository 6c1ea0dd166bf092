import { JobsError } from '../errors/jobs-error.ts';
import type { PlainValue } from './plain-value.ts';
import { holdsMask } from './redact-text.ts';
import type { Redactor } from './redactor.ts';

/**
 * Replaces the masks of an edited payload by the stored values, each only at its own place: a moved mask
 * would show the secret under a name that is not hidden. Refuses all other masks, so that a mask is never
 * stored.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a mask that was moved or changed
 */
export function unmask(edited: unknown, original: unknown, redactor: Redactor): unknown {
  return restore(edited, original, redactor.editable(original));
}

function restore(edited: unknown, original: unknown, shown: PlainValue): unknown {
  if (typeof edited === 'string') {
    // An unchanged value keeps its stored value, masked or not.
    if (edited === shown) return original;
    if (!holdsMask(edited)) return edited;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `\`${edited.slice(0, 100)}\` is a mask that was moved or changed. Leave each mask where it stands, as it is, or write a new value.`,
      { details: { field: 'payload' } },
    );
  }
  if (typeof edited !== 'object' || edited === null) return edited;
  const at = (key: string): readonly [unknown, PlainValue] => [
    own(original, key),
    own(shown, key) as PlainValue,
  ];
  if (Array.isArray(edited)) {
    return edited.map((item, index) => restore(item, ...at(String(index))));
  }
  return Object.fromEntries(
    Object.entries(edited).map(([key, inner]) => [key, restore(inner, ...at(key))]),
  );
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
