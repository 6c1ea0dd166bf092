import { replaceInSearch } from '@philjs/jobs-core/backend';
import { MASK } from '../redact/mask-spans.ts';

/** Masks what a search looks for in fields that are hidden, and leaves all else as it was written. */
export function maskedSearch(text: string, hides: (path: readonly string[]) => boolean): string {
  return replaceInSearch(text, (path) => (hides(path) ? MASK : undefined));
}
