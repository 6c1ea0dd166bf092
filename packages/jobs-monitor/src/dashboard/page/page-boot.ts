import type { PageState } from '../../view/page-state.ts';
import type { Permission } from '../../view/permission.ts';

/** What the script of a page starts from. */
export interface PageBoot {
  readonly state: PageState;
  /** Leads from the address of the page to the root of the dashboard. */
  readonly root: string;
  /** The names of all queues. */
  readonly queues: readonly string[];
  /** What whoever looks may do. */
  readonly can: readonly Permission[];
}
