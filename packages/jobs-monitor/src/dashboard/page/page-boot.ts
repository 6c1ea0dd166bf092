import type { PageState } from '../../view/page-state.ts';
import type { Permission } from '../../view/permission.ts';

/** What the script of a page starts from. */
export interface PageBoot {
  readonly state: PageState;
  /** Leads from the address of the page to the root of the dashboard. */
  readonly root: string;
  /** Which system it is, and in which colour that is said. */
  readonly environment?: { readonly label: string; readonly colour?: string | undefined };
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** What whoever looks may do. */
  readonly can: readonly Permission[];
}
