/** First words of prose about a secret, rather than of a secret: `password: must be at least 8 …`. */
const PROSE: ReadonlySet<string> = new Set(
  (
    'must is are was were not the a an expected invalid required missing failed fails cannot too has have ' +
    'should string number boolean object array unexpected unknown no does did do wrong bad incorrect expired ' +
    'denied refused mismatch undefined null none nil nan true false error errors could may only at in this ' +
    'that it its and or but for from to of on with without empty absent present changed updated rotated ' +
    'reset ok valid verified accepted rejected found length minimum maximum cannot can will would needs need ' +
    'please see use set unset optional disabled enabled revoked expires already never always yes malformed ' +
    'unsupported value type field key mandatory retry retrying timeout timed connection'
  ).split(' '),
);

/** Returns whether a text is prose about a secret rather than a secret, by its first word. */
export function isProse(value: string): boolean {
  const [first = ''] = /^[^\s,.;:!?)\]}]{1,20}/.exec(value.slice(0, 21)) ?? [];
  return PROSE.has(first.toLowerCase());
}

/** Returns whether a word looks generated: digits among letters, or capitals inside it. */
export function looksMade(word: string): boolean {
  if (word.length < 6) return false;
  const head = word.slice(0, 200);
  if (/^\d+(?:[.:]\d+)*(?:ms|s|m|h|kb|mb|%)?$/i.test(head)) return head.length >= 16;
  if (/\d/.test(head) && /[a-z]/i.test(head)) return true;
  return /[a-z][A-Z]/.test(head) || /[+/=]$/.test(head) || head.length >= 24;
}
