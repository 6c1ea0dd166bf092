import type { Hides } from './job-mask.ts';
import { MASK } from './mask-spans.ts';
import { type Replacer, toPlain } from './plain-value.ts';
import { PARTS } from './search-parts.ts';

/** Matches what may be the JSON of an object that has a part of a job in it. */
const LIKELY = new RegExp(`^\\s*\\{.*"(?:${PARTS.join('|')})"\\s*:`, 's');
/** The longest text that is looked through where a page shows the beginning of it, in characters. */
const MAX_LENGTH = 256 * 1024;
/** How deep it is looked through; what is deeper is left out. */
const MAX_DEPTH = 100;

/**
 * Masks the hidden fields of a job in a text that quotes its parts as JSON, as the body of a webhook does. Patterns find
 * fields by their names; those that are hidden by a path are found only where the parts are read.
 *
 * @param isCut - whether only the beginning of a long text is shown: one that is too long is then masked as a whole
 */
export function maskQuotedParts(text: string, hides: Hides, isCut: boolean): string {
  if (!LIKELY.test(text)) return text;
  if (isCut && text.length > MAX_LENGTH) return MASK;
  const value = parse(text);
  let masks = 0;
  const show: Replacer = (inner, path, label) => {
    if (isHidden(path, label, hides)) {
      masks += 1;
      return MASK;
    }
    if (path.length >= MAX_DEPTH && typeof inner === 'object') masks += 1;
    return undefined;
  };
  const shown = toPlain(value, show);
  return masks === 0 ? text : JSON.stringify(shown);
}

/** Returns whether a path within a text leads to a hidden field of one of the parts that it leads through. */
function isHidden(path: readonly string[], label: string | undefined, hides: Hides): boolean {
  return path.some(
    (key, index) => (PARTS as readonly string[]).includes(key) && hides(path.slice(index), label),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
