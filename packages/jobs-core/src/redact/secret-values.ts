import type { Span } from './mask-spans.ts';

/** Shorter secrets are not searched for elsewhere: masking every `42` would hide more than it protects. */
const MIN_LENGTH = 5;
/** The length of the pieces that longer values are searched in. */
const PIECE = 24;
const MAX_VALUES = 300;
const MAX_PIECES = 10_000;

/**
 * Remembers the secrets of one job, so that they are masked wherever they occur, such as a password of the
 * payload in the error message about it. Long ones are searched in pieces, so the time to find them depends neither on
 * their number nor on their length, and a line of one is found, too.
 */
export class SecretValues {
  readonly #values = new Set<string>();
  readonly #pieces = new Set<string>();
  /** The lengths of the pieces that begin with these characters. */
  readonly #heads = new Map<string, Set<number>>();

  /** Remembers a value, or all values within it. */
  add(value: unknown): void {
    const left = [value];
    for (let looks = 0; left.length > 0 && looks < 10_000; looks += 1) {
      if (this.#values.size >= MAX_VALUES) return;
      const one = left.pop();
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'bigint') {
        this.#addText(String(one));
      } else if (typeof one === 'object' && one !== null) {
        left.push(
          ...firstOf(one instanceof Map || one instanceof Set ? one.values() : Object.values(one)),
        );
      }
    }
  }

  /** Remembers a text, also as it is escaped in JSON and in a URL. */
  #addText(text: string): void {
    if (text.length < MIN_LENGTH || this.#values.has(text)) return;
    for (const form of [text, JSON.stringify(text).slice(1, -1), urlEscaped(text)]) {
      if (this.#values.has(form)) continue;
      this.#values.add(form);
      this.#addPiece(form.slice(0, PIECE));
      for (let at = PIECE; at < form.length && this.#pieces.size < MAX_PIECES; at += PIECE) {
        const start = Math.min(at, form.length - PIECE);
        this.#addPiece(form.slice(start, start + PIECE));
      }
    }
  }

  #addPiece(piece: string): void {
    this.#pieces.add(piece);
    const head = piece.slice(0, MIN_LENGTH);
    const lengths = this.#heads.get(head) ?? new Set();
    this.#heads.set(head, lengths.add(piece.length));
  }

  /** Finds all of them in a text. */
  find(text: string): Span[] {
    const spans: { start: number; end: number }[] = [];
    if (this.#heads.size === 0) return spans;
    let last = { start: 0, end: -1 };
    for (let start = 0; start + MIN_LENGTH <= text.length; start += 1) {
      for (const length of this.#heads.get(text.slice(start, start + MIN_LENGTH)) ?? []) {
        const end = start + length;
        if (end <= last.end || !this.#pieces.has(text.slice(start, end))) continue;
        if (start > last.end) {
          last = { start, end };
          spans.push(last);
        }
        last.end = end;
      }
    }
    return spans;
  }
}

function urlEscaped(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair, as a cut leaves it, cannot be escaped for a URL.
    return text;
  }
}

function firstOf(values: Iterable<unknown>): unknown[] {
  const first: unknown[] = [];
  for (const value of values) if (first.push(value) >= MAX_VALUES) break;
  return first.reverse();
}
