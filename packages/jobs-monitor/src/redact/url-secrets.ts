import type { Span } from './mask-spans.ts';

const RUN_END = /[\s"'<>`\\]|$/g;
/** A host with a port, then a path: what comes before an `@` in that is no password. */
const HOST_AND_PORT = /^[^/@:]*:\d{1,5}(?=[/?#])/;
const WEB = /(?:https?|wss?|ftp)$/i;

/** Finds what a url carries before its host: `redis://user:password@`. */
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

/** Where a run of characters ends that a url can have; also where such a run would begin anew. */
function endOfRun(text: string, from: number): number {
  RUN_END.lastIndex = from;
  return RUN_END.exec(text)?.index ?? text.length;
}

/**
 * Tells how long the user of a url is, with the password; 0 when it has none. A password may hold `@`
 * and `/`, as people forget to escape them, so the last `@` ends it; in the address of a page one
 * may also stand in the path or the query.
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
