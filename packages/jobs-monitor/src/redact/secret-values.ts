import { MASK } from './redact-text.ts';

/** What is shorter is not looked for elsewhere: masking every `42` would hide more than it protects. */
const MIN_LENGTH = 5;
const MAX_VALUES = 1000;

/**
 * Remembers the secrets of one job, so that they are masked wherever they turn up: a password of the
 * payload in the message of the error that complains about it.
 */
export class SecretValues {
  readonly #values = new Set<string>();

  /** Remembers a value, or all there are in it. */
  add(value: unknown): void {
    if (this.#values.size >= MAX_VALUES) return;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
      const text = String(value);
      if (text.length >= MIN_LENGTH) this.#values.add(text);
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
        this.add(inner);
      }
    }
  }

  /** Masks all of them in a text, the longest first. */
  mask(text: string): string {
    return [...this.#values]
      .sort((a, b) => b.length - a.length)
      .reduce((masked, value) => masked.replaceAll(value, MASK), text);
  }
}
