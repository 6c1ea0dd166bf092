import type { JobStatus } from '@philjs/jobs-core';
import type { Command } from './command.ts';
import type { PageName } from './page-name.ts';
import type { Permission } from './permission.ts';

/** Holds the inputs of a page besides its data; the same for the server and the browser. */
export interface ViewContext {
  /**
   * The path from this page to the root of the dashboard: `./`, `../` or `./jobs/`. A standalone page has
   * none; its links become plain text.
   */
  readonly root: string | undefined;
  /** The page shown. */
  readonly page: PageName;
  /** The name of the system, and its colour. */
  readonly environment?: { readonly label: string; readonly colour?: string | undefined };
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** The permissions of the user. */
  readonly can: readonly Permission[];
  /** When the data was read, in epoch milliseconds; `3 min ago` is relative to it. */
  readonly now: number;
  /** The zone in which times are shown. @default 'UTC', as on the server */
  readonly timeZone?: string;
  /** Switches to the other zone; absent on the server. */
  readonly switchZone?: () => void;
  /** The rows that are ticked, each with the state that it showed then. */
  readonly selected: ReadonlyMap<string, JobStatus>;
  /** Returns a function that runs a command; `undefined` on the server. */
  on(command: Command): (() => void) | undefined;
}

/** Describes the parameters of an address; absent or empty ones are left out. */
export type Query = { readonly [name: string]: string | number | undefined };

/** Returns the link from this page to another one; `undefined` from a standalone page. */
export function linkTo(
  root: string | undefined,
  page: PageName,
  query: Query = {},
  fragment?: string,
): string | undefined {
  if (root === undefined) return undefined;
  const text = queryText(query);
  const path = page === 'overview' ? root : `${root}-/${page}`;
  const hash = fragment === undefined ? '' : `#${encodeURIComponent(fragment)}`;
  return `${path}${text === '' ? '' : `?${text}`}${hash}`;
}

/** Half of a surrogate pair, as a cut leaves it: an address has another character in its place. */
const HALF_PAIR = /\p{Surrogate}/u;

/** Writes the parameters of an address. One that an address cannot carry is written as JSON, and its name with a star. */
export function queryText(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const written = given.map(([name, value]) => {
    const text = String(value);
    return HALF_PAIR.test(text) ? [`${name}*`, JSON.stringify(text)] : [name, text];
  });
  return new URLSearchParams(written).toString();
}
