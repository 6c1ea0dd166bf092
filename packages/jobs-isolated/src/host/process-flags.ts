/** Matches flags that are for the worker alone: its program, its inspector, its watching, its memory. */
const ITS_OWN =
  /^(-e|--eval|-p|--print|-c|--check|-i|--interactive|--input-type|--inspect|--watch|--test|--max-old-space-size)/;
/** Those of them that take the next argument for a value. */
const TAKES_NEXT = /^(-e|--eval|-p|--print)$/;

/** Returns the flags of a process: those of this one that suit it, such as a loader, and the size of its heap in MiB. */
export function processFlags(own: readonly string[], memory: number | undefined): string[] {
  const kept = own.filter((flag, at) => !ITS_OWN.test(flag) && !TAKES_NEXT.test(own[at - 1] ?? ''));
  return memory === undefined ? kept : [...kept, `--max-old-space-size=${memory}`];
}
