import type { StepEntry } from '../contract/step-store.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';

/** Names what left an entry: the part of its key before the colon. */
export type StepKind = 'step' | 'sleep' | 'wait' | 'signal';

/** Holds what is stored of a step, a sleep, a wait or a signal. All times are epoch milliseconds. */
export interface StepMark {
  /** When it began, or came. */
  readonly at: number;
  /** When it ended; absent while it has not. */
  readonly endedAt?: number;
  /** The result, or the payload of a signal, as its codec stores it. */
  readonly result?: JsonValue | undefined;
  /** When a sleep, or a wait with a timeout, is over; when a step is tried again. */
  readonly until?: number;
  /** Whether a wait ended without its signal. */
  readonly isLate?: true;
  /** The attempt of the job in which tries failed, how many, and the error of the last. */
  readonly attempt?: number;
  readonly tries?: number;
  readonly error?: SerializedError;
}

/** Reads what is stored, by its keys. */
export function marksOf(entries: readonly StepEntry[]): ReadonlyMap<string, StepMark> {
  return new Map(entries.map(({ key, text }) => [key, JSON.parse(text) as StepMark]));
}

/** Returns the key of an entry. */
export function stepKey(kind: StepKind, name: string): string {
  return `${kind}:${name}`;
}

/** Reads the kind and the name of an entry from its key. */
export function stepOfKey(key: string): { readonly kind: StepKind; readonly name: string } {
  const at = key.indexOf(':');
  return { kind: key.slice(0, at) as StepKind, name: key.slice(at + 1) };
}
