import { countText } from '../src/text/number.ts';
import type { Field, Values } from './dialog.ts';

/** Makes the field in which the user types how many jobs are lost. */
export function typedCount(count: number): Field {
  const label = `Their number, ${countText(count)}, to say that you mean all of them`;
  return { name: 'typed', label, kind: 'text', required: true };
}

/** Returns the mistake in what the user typed in {@link typedCount}; `undefined` when it is the number. */
export function mistypedCount({ typed = '' }: Values, count: number): string | undefined {
  if (Number(typed.replace(/[,\s]/g, '')) === count) return undefined;
  return `Type ${countText(count)} to say that you mean all of them.`;
}
