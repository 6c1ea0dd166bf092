const NUL_FIRST = /^\0/;

/**
 * Makes the engine keep a string in one piece. One put together from parts, as by a template, is
 * kept as a tree of those parts until something needs its characters; as a key of a map that is
 * more memory and several times the time of each look-up. Matching a pattern is what needs them.
 */
export function inOnePiece(text: string): string {
  NUL_FIRST.test(text);
  return text;
}
