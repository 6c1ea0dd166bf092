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

/** Characters read behind a cut but not shown, since the cut could split a secret there and hide it from the patterns. */
const MARGIN = 512;

/**
 * Masks texts as the lines of one: a private key or a nested field may go over several. Cuts each at its own length, and
 * reads only a little beyond that.
 */
export function maskTexts(
  texts: readonly string[],
  lengths: readonly number[],
  find: (text: string) => readonly Span[],
): string[] {
  const lengthOf = (index: number): number => lengths[index] ?? 0;
  const looked = texts.map((text, index) => {
    const max = lengthOf(index);
    return text.length > max ? text.slice(0, max && max + MARGIN) : text;
  });
  const spans = merged(find(looked.join('\n')));
  let start = 0;
  let next = 0;
  return looked.map((text, index) => {
    const end = start + text.length;
    while ((spans[next]?.end ?? end) < start) next += 1;
    const own: Span[] = [];
    for (let at = next; at < spans.length; at += 1) {
      const span = spans[at] as Span;
      if (span.start >= end) break;
      own.push({ start: Math.max(0, span.start - start), end: Math.min(end, span.end) - start });
    }
    start = end + 1;
    const isCut = (texts[index] as string).length > lengthOf(index);
    return isCut ? maskCut(text, own, lengthOf(index)) : maskSpans(text, own);
  });
}

/** Masks the beginning of a text. A mask at the cut covers its secret to the end. */
function maskCut(text: string, spans: readonly Span[], max: number): string {
  const shown = spans.filter(({ start }) => start < max);
  return `${maskSpans(text.slice(0, Math.max(max, shown.at(-1)?.end ?? 0)), shown)}…`;
}

/** Sorts spans, and makes one of those that touch or overlap. */
function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (span.end <= span.start || span.end <= (last?.end ?? -1)) continue;
    if (last === undefined || span.start > last.end) all.push(span);
    else all[all.length - 1] = { start: last.start, end: span.end };
  }
  return all;
}

/** Replaces each span by a mask. */
function maskSpans(text: string, spans: readonly Span[]): string {
  let shown = 0;
  const parts = spans.map(({ start, end }) => {
    const before = text.slice(shown, start);
    shown = end;
    return before + MASK;
  });
  return parts.join('') + text.slice(shown);
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
