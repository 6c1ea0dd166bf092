const MAX_LENGTH = 300;

/** The variable parts of messages, each with its placeholder; applied in this order. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g, '<email>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, '<ip>'],
  [/(https?:\/\/[^\s/?#"']{1,200})[^\s"')]{1,1000}/gi, '$1/…'],
  [/\b(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{12,}\b/gi, '<id>'],
  [/\b0x[0-9a-f]+\b/gi, '<id>'],
  [/\b[0-9a-f]{8,}\b/gi, '<id>'],
  [/(["'`])(?:(?!\1).){31,}\1/g, '<text>'],
  [/(["'`])(?=[^"'`]{0,30}[\d@])(?:(?!\1).){1,30}\1/g, '<text>'],
  // A status code is part of the cause, so it stays: `550 mailbox unavailable`, `status 503`.
  [
    /(?<!^|\b(?:status|code|HTTP)[ :=]{1,2})(?<![\d.,])-?\d+(?:[.,]\d+)*(?!\d)|(?<=^)-?\d{4,}/gi,
    '#',
  ],
];

/**
 * Replaces the parts of a message that differ between failures (ids, numbers, times, addresses), so that
 * failures with one cause read the same. Keeps the first line only.
 */
export function normaliseMessage(message: string): string {
  const line = (message.split('\n', 1)[0] ?? '').trim().slice(0, MAX_LENGTH);
  return VARIABLE.reduce((text, [pattern, stand]) => text.replace(pattern, stand), line);
}
