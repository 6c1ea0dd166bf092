import type { Span } from './mask-spans.ts';

const RUN_END = /[\s"'<>`\\]|$/g;
/** Matches a host with a port, then a path: in those, the text before an `@` is no password. */
const HOST_AND_PORT = /^[^/@:]*:\d{1,5}(?=[/?#])/;
const WEB = /(?:https?|wss?|ftp)$/i;

/** Finds the user and password of URLs: `redis://user:password@`. */
export function urlSecrets(text: string): Span[] {
  const spans: Span[] = [];
  let runEnd = 0;
  let at = text.indexOf('://');
  while (at !== -1) {
    const start = at + 3;
    if (start >= runEnd) runEnd = endOfRun(text, start);
    const next = text.indexOf('://', start);
    const end = next === -1 ? runEnd : Math.min(runEnd, next);
    const user = userIn(text.slice(Math.max(0, at - 6), at), text.slice(start, end));
    if (user > 0) spans.push({ start, end: start + user });
    at = next;
  }
  return spans;
}

/** Returns where the characters that a URL can have end, or where another URL begins. */
function endOfRun(text: string, from: number): number {
  RUN_END.lastIndex = from;
  return RUN_END.exec(text)?.index ?? text.length;
}

/**
 * Returns the length of a URL's user and password; 0 when it has none. A password may hold an unescaped
 * `@` or `/`, so the last `@` ends it; in the address of a page, an `@` may also be part of the path or
 * the query.
 */
function userIn(before: string, rest: string): number {
  const isWeb = WEB.test(before);
  const query = rest.search(/[?#]/);
  const place = isWeb && query !== -1 ? rest.slice(0, query) : rest;
  const last = place.lastIndexOf('@');
  if (last <= 0) return 0;
  const first = place.indexOf('@');
  const user = place.slice(0, first);
  if (!user.includes(':')) return user.includes('/') ? 0 : first;
  if (user.indexOf('/') !== -1 && user.indexOf('/') < user.indexOf(':')) return 0;
  return isWeb && HOST_AND_PORT.test(user) ? 0 : last;
}
