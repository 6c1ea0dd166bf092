/** How much of a long id tells it from others at a glance. */
const LENGTH = 10;

/** Cuts an id that people cannot read anyway, and leaves those that people made alone. */
export function shortId(id: string): string {
  return id.length > 24 ? `${id.slice(0, LENGTH)}…` : id;
}
