/** Quotes the name of a schema or a role. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
