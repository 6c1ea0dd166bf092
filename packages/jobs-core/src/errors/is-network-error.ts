/** Matches the codes with which Node reports that a connection failed, or could not be made. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** Returns whether an error of Node says that a connection failed: what was sent over it may or may not have arrived. */
export function isNetworkError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.test(String(error.code));
}
