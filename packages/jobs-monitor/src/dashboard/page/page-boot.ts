import type { PageState } from '../../view/page-state.ts';
import type { Permission } from '../../view/permission.ts';

/** Holds the data that the script of a page starts from. */
export interface PageBoot {
  readonly state: PageState;
  /** Leads from the address of the page to the root of the dashboard. */
  readonly root: string;
  /** The name of the system, and its colour. */
  readonly environment?: { readonly label: string; readonly colour?: string | undefined };
  /** The time between two events of the stream of the page, in milliseconds. */
  readonly updateMs: number;
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** The permissions of the user. */
  readonly can: readonly Permission[];
}
