import { replaceInSearch } from '@philjs/jobs-core/internal';
import { type Hides, MASK, namesHiddenBy, redactText } from '@philjs/jobs-core/redact';

/** Masks what a search looks for in fields that are hidden, or behind their names, and leaves all else as it was written. */
export function maskedSearch(text: string, hides: Hides): string {
  const isSecretName = namesHiddenBy(hides);
  return replaceInSearch(text, (path, word) => {
    if (path.length === 0) return redactText(word, undefined, isSecretName);
    if (hides(path)) return MASK;
    // What is looked for may quote a hidden field, as an error does.
    const value = word.slice(word.indexOf(':') + 1);
    const masked = redactText(value, undefined, isSecretName);
    return masked === value ? undefined : masked;
  });
}
