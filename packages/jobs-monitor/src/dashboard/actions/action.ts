import type { JsonValue } from '@philjs/jobs-core';
import type { PageSource } from '../../pages/page-source.ts';
import type { Fields } from './fields.ts';

/** Describes the result of an action. */
export interface ActionResult {
  /** How many jobs the action changed. */
  readonly changed: number;
  /** The ids of the jobs the action made. */
  readonly newIds?: readonly string[];
  /** Further data for the page. */
  readonly answer?: JsonValue | object;
}

/** Counts what an action has done so far, so that the audit log has it also when the action fails half-way. */
export class Progress {
  changed = 0;
  /** How many of the changed were only asked to stop, since they run. */
  requested = 0;
  readonly newIds: string[] = [];
}

/** Runs an action whose fields have been checked. */
export type Action = (
  source: PageSource,
  fields: Fields,
  progress: Progress,
) => Promise<ActionResult>;
