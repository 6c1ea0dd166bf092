/** Shorter values are left: to hide every `42` would hide more than it protects. */
const MIN_LENGTH = 5;
/** How many values are looked at. */
const MAX_LOOKS = 10_000;
/** How much of a long value our own messages quote. */
const QUOTED_LENGTH = 60;

/** Makes a function that replaces, in a text, each value of the payloads by its kind: `<string>`. */
export function hidePayload(payloads: readonly unknown[]): (text: string) => string {
  const kinds = new Map<string, string>();
  const left = [...payloads];
  for (let looks = 0; left.length > 0 && looks < MAX_LOOKS; looks += 1) {
    const one = left.pop();
    if (typeof one === 'object' && one !== null) left.push(...valuesOf(one));
    else if (typeof one === 'string' || typeof one === 'number' || typeof one === 'bigint') {
      for (const form of formsOf(String(one))) kinds.set(form, `<${typeof one}>`);
    }
  }
  // A value may be a part of another one.
  const longestFirst = [...kinds].toSorted(([a], [b]) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((hidden, [form, kind]) => hidden.replaceAll(form, () => kind), text);
}

function valuesOf(one: object): unknown[] {
  const isKeyed = one instanceof Map || one instanceof Set;
  return [...(isKeyed ? one.values() : Object.values(one))].slice(0, MAX_LOOKS);
}

/** Returns a text as messages quote it: whole, cut, and with escapes. */
function formsOf(text: string): readonly string[] {
  if (text.length < MIN_LENGTH) return [];
  return [text, text.slice(0, QUOTED_LENGTH)].flatMap((one) => [
    one,
    JSON.stringify(one).slice(1, -1),
  ]);
}
