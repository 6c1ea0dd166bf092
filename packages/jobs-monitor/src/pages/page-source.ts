import type { Redactor } from '@philjs/jobs-core/redact';
import type { Monitor } from '../monitor/monitor.ts';

/** Gives the loaders of pages their monitor and redactor. */
export interface PageSource {
  /** The monitor of the dashboard. */
  readonly monitor: Monitor;
  /** Masks secrets; every value a page shows goes through it. */
  readonly redactor: Redactor;
}

/** The checked parameters of a page. */
export type PageParams = ReadonlyMap<string, string>;

/** Reads the data of a page. */
export type LoadPage<TData> = (source: PageSource, params: PageParams) => Promise<TData>;
