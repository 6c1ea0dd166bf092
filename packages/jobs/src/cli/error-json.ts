/** Writes an error as `--json` prints it on stderr. */
export function errorJson(message: string, code?: string): string {
  return JSON.stringify({ error: { code, message } });
}
