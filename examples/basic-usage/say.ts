const startedAt = performance.now();

/** Prints one line: the time, the source, the subject and the text. */
export function say(who: 'main' | 'hook' | 'event', what: string, text: string): void {
  const ms = `${Math.round(performance.now() - startedAt)} ms`.padStart(8);
  console.log(`${ms}  ${who.padEnd(5)}  ${what.padEnd(10)}  ${text}`);
}
