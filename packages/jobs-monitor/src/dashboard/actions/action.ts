import type { JsonValue } from '@philjs/jobs-core';
import type { PageSource } from '../../pages/page-source.ts';
import type { Fields } from './fields.ts';

/** What an action did. */
export interface ActionResult {
  /** How many jobs it changed. */
  readonly changed: number;
  /** What else the page is told. */
  readonly answer?: JsonValue | object;
}

/** Carries out an action whose fields have been checked. */
export type Action = (source: PageSource, fields: Fields) => Promise<ActionResult>;
