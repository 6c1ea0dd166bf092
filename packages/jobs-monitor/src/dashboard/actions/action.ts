import type { JsonValue } from '@philjs/jobs-core';
import type { PageSource } from '../../pages/page-source.ts';
import type { Fields } from './fields.ts';

/** What an action did. */
export interface ActionResult {
  /** How many jobs it changed. */
  readonly changed: number;
  /** The jobs it made. */
  readonly newIds?: readonly string[];
  /** What else the page is told. */
  readonly answer?: JsonValue | object;
}

/** Keeps what an action has done so far, for the audit log to tell also when it fails half-way. */
export class Progress {
  changed = 0;
  readonly newIds: string[] = [];
}

/** Carries out an action whose fields have been checked. */
export type Action = (
  source: PageSource,
  fields: Fields,
  progress: Progress,
) => Promise<ActionResult>;
