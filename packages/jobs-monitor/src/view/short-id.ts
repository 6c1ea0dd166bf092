/** How many characters of a long id are shown. */
const LENGTH = 10;

/** Shortens a generated id, and keeps ids that people chose. */
export function shortId(id: string): string {
  return id.length > 24 ? `${id.slice(0, LENGTH)}…` : id;
}
