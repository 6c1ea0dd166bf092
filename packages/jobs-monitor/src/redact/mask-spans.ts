/** Replaces a masked value. */
export const MASK = '[redacted]';

/** Marks a part of a text, from its first character to the one behind its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Returns whether a field of a name holds a secret. */
export type IsSecretName = (name: string) => boolean;

/** Finds the parts of a text that must not be shown. Takes a time in proportion to its length. */
export type FindSpans = (text: string, isSecretName: IsSecretName) => readonly Span[];

/** Replaces each span by a mask; spans that touch or overlap share one mask. */
export function maskSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let shown = 0;
  let masked = -1;
  for (const { start, end } of sorted) {
    if (end <= masked || end <= start) continue;
    if (start > masked) parts.push(text.slice(shown, start), MASK);
    masked = end;
    shown = end;
  }
  parts.push(text.slice(shown));
  return parts.join('');
}

/** Collects the spans of a pattern: its last group that matched, or the whole match when none did. */
export function spansOf(text: string, pattern: RegExp): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    spans.push({ start: end - (match[1] ?? match[0]).length, end });
  }
  return spans;
}
