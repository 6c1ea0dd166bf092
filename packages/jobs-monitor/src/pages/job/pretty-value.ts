import type { PlainValue } from '@philjs/jobs-core/redact';
import type { CutText } from './job-data.ts';

/** The most characters of a value that a page shows. */
const MAX_LENGTH = 64 * 1024;

/** Writes a value for people: indented, with exact whole numbers of any size, cut when it is long. */
export function prettyValue(value: PlainValue): CutText {
  const text = write(value, '');
  return text.length > MAX_LENGTH
    ? { text: text.slice(0, MAX_LENGTH), cut: true }
    : { text, cut: false };
}

function write(value: PlainValue, indent: string): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => write(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner)}`);
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
