import type { Monitor } from '../monitor/monitor.ts';
import type { Redactor } from '../redact/redactor.ts';

/** What the data of a page is read from. */
export interface PageSource {
  /** The monitor the dashboard is of. */
  readonly monitor: Monitor;
  /** Masks what is not to be seen; everything a page shows has gone through it. */
  readonly redactor: Redactor;
}

/** The checked parameters of a page. */
export type PageParams = ReadonlyMap<string, string>;

/** Reads the data of a page. */
export type LoadPage<TData> = (source: PageSource, params: PageParams) => Promise<TData>;
