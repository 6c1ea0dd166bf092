/** Writes a condition of a search: `name:send-email`; a value that is more than one plain word stands in quotes. */
export function searchWord(key: string, value: string): string {
  const written = /^[^\s"\\]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
  return `${key}:${written}`;
}
