import { utf8Bytes } from '../json/utf8-bytes.ts';

/** The longest text of an error, in characters. */
const MAX_TEXT = 10_000;
/** How many bytes of JSON the texts of one error may take, those of its causes and parts included. */
const MAX_BYTES = 65_536;

/** Cuts the texts of one error so that together they stay within 64 KiB of JSON. */
export class TextBudget {
  #left: number;

  constructor(bytes: number = MAX_BYTES) {
    this.#left = bytes;
  }

  /** Whether there is room for another cause or part. */
  get isSpent(): boolean {
    return this.#left < 256;
  }

  /** Cuts a text to what is left, and replaces what UTF-8 cannot carry. */
  cut(text: string): string {
    const kept = cutTo(text, MAX_TEXT);
    const bytes = jsonBytes(kept);
    if (bytes <= this.#left) {
      this.#left -= bytes;
      return kept;
    }
    const shorter = cutTo(kept, Math.floor((kept.length * this.#left) / bytes));
    this.#left = Math.max(0, this.#left - jsonBytes(shorter));
    return shorter;
  }

  /** Lets a part spend one of `shares` equal shares of what is left; its unused bytes are left to the others. */
  share<T>(shares: number, part: (budget: TextBudget) => T): T {
    const given = Math.floor(this.#left / shares);
    const budget = new TextBudget(given);
    const made = part(budget);
    this.#left -= given - budget.#left;
    return made;
  }

  /** Spends the given number of bytes; returns whether that many were left. */
  spend(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}

/** Counts the bytes a text takes in JSON, in UTF-8. */
function jsonBytes(text: string): number {
  return utf8Bytes(JSON.stringify(text));
}

/**
 * Cuts a text to at most `length` characters and an ellipsis, never within a surrogate pair, and replaces lone
 * surrogates.
 */
export function cutTo(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed();
  const last = text.charCodeAt(length - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, isHalf ? length - 1 : length).toWellFormed()}…`;
}
