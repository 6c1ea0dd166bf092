import type { Command } from './command.ts';
import type { PageName } from './page-name.ts';
import type { Permission } from './permission.ts';

/** What a page needs to know beside its data. The server and the browser draw with the same. */
export interface ViewContext {
  /**
   * Leads from the address of this page to the root of the dashboard: `./`, `../` or `./jobs/`. There
   * is none for a page that stands alone; its links are then plain text.
   */
  readonly root: string | undefined;
  /** The page shown. */
  readonly page: PageName;
  /** Which system it is, and in which colour that is said. */
  readonly environment?: { readonly label: string; readonly colour?: string | undefined };
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** What whoever looks may do. */
  readonly can: readonly Permission[];
  /** When the data was read, in epoch milliseconds: what `3 min ago` is counted from. */
  readonly now: number;
  /** The zone times are shown in. @default 'UTC', which is what the server shows */
  readonly timeZone?: string;
  /** Shows times in another zone; nothing on the server. */
  readonly switchZone?: () => void;
  /** The rows that are ticked. */
  readonly selected: ReadonlySet<string>;
  /** Returns what carries a command out when it is called; nothing on the server. */
  on(command: Command): (() => void) | undefined;
}

/** Parameters of an address; those that are absent or empty are left out. */
export type Query = { readonly [name: string]: string | number | undefined };

/** Leads to a page from wherever this one is, or nowhere from one that stands alone. */
export function linkTo(
  root: string | undefined,
  page: PageName,
  query: Query = {},
  fragment?: string,
): string | undefined {
  if (root === undefined) return undefined;
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  const path = page === 'overview' ? root : `${root}-/${page}`;
  const hash = fragment === undefined ? '' : `#${encodeURIComponent(fragment)}`;
  return `${path}${text === '' ? '' : `?${text}`}${hash}`;
}
