/** Matches Node's codes for failed connections, and SQL states of a server that is away or starting. */
const CODES = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET|08|57P)/;
/** Matches messages of errors that have no code. */
const WORDS = /did not answer|is away|connection (is|was) closed/i;

/** Returns whether a store could not be reached. Other errors of one that cannot be used say themselves what to do. */
export function isAway(error: unknown): boolean {
  const codes: unknown[] = [];
  for (let one = error; one instanceof Error && codes.length < 10; one = one.cause) {
    codes.push((one as { readonly code?: unknown }).code);
  }
  const isCoded = codes.some((code) => typeof code === 'string' && CODES.test(code));
  return isCoded || (error instanceof Error && WORDS.test(error.message));
}
