import { RepeatingTimer } from '../../monitor/repeating-timer.ts';
import type { PageParams } from '../../pages/page-source.ts';
import type { PageName } from '../../view/page-name.ts';
import { errorAnswer, HttpError } from '../http/http-error.ts';
import { type PageLoader, pageKey } from '../page/page-loader.ts';
import { LivePage } from './live-page.ts';
import type { LiveStream } from './live-stream.ts';
import { paceOf } from './pace-of.ts';

/** The most open streams, and the most different pages behind them; further pages poll. */
const MAX_STREAMS = 500;
const MAX_PAGES = 200;
/** The most streams of one reader, so that some are left for the others. */
const MAX_OF_READER = 50;
/** The time between two checks of the readers' permissions, in milliseconds. */
const RECHECK_MS = 30_000;
/** How long one such check may take, in milliseconds. */
const CHECK_MS = 10_000;

/** Describes the reader of a page. */
export interface Reader {
  /** The name of the user; empty where users are not identified. */
  readonly reader: string;
  /** Returns whether the reader still has permission. */
  readonly isAllowed: () => Promise<boolean>;
}

type Options = Pick<
  ConstructorParameters<typeof LivePage>[0],
  'clock' | 'refreshInterval' | 'mask'
>;

/** Keeps all open pages up to date. */
export class LivePages {
  readonly #loader: PageLoader;
  readonly #options: Options;
  readonly #pages = new Map<string, LivePage>();
  readonly #readers = new Map<LiveStream, Reader>();
  readonly #rechecks: RepeatingTimer;
  #isClosed = false;

  constructor(loader: PageLoader, options: Options) {
    this.#loader = loader;
    this.#options = options;
    this.#rechecks = new RepeatingTimer(options.clock, RECHECK_MS, () => this.recheck());
  }

  /**
   * Opens a stream of a page's states.
   *
   * @throws HttpError 503 when too many are open, or the dashboard was closed meanwhile; JobsError as the page, for
   * errors that waiting does not cure
   */
  async open(
    page: PageName,
    params: PageParams,
    reader: Reader,
  ): Promise<ReadableStream<Uint8Array>> {
    await this.#loader.load(page, params).catch((error) => {
      if (errorAnswer(error).status < 500) throw error;
    });
    if (this.#isClosed) throw new HttpError(503, 'The dashboard is closed.');
    const key = pageKey(page, params);
    const known = this.#pages.get(key);
    const own = [...this.#readers.values()].filter((one) => one.reader === reader.reader);
    if (
      this.#readers.size >= MAX_STREAMS ||
      own.length >= MAX_OF_READER ||
      (known === undefined && this.#pages.size >= MAX_PAGES)
    ) {
      throw new HttpError(503, 'Too many pages are open.');
    }
    return this.#join(known ?? this.#newPage(key, page, params), reader);
  }

  #newPage(key: string, page: PageName, params: PageParams): LivePage {
    const live = new LivePage({
      ...this.#options,
      refreshInterval: this.#options.refreshInterval * paceOf(page, params),
      load: () => this.#loader.load(page, params),
      onIdle: () => this.#pages.delete(key),
    });
    this.#pages.set(key, live);
    return live;
  }

  #join(page: LivePage, reader: Reader): ReadableStream<Uint8Array> {
    const live = page.open(() => {
      this.#readers.delete(live);
      if (this.#readers.size === 0) this.#rechecks.stop();
    });
    if (this.#readers.size === 0) this.#rechecks.start();
    this.#readers.set(live, reader);
    return live.stream;
  }

  /** Ends the streams of readers who have lost their permission, and of those whose check does not end. */
  async recheck(): Promise<void> {
    const all = [...this.#readers].map(async ([live, { isAllowed }]) => {
      if (!(await this.#inTime(isAllowed()))) live.close();
    });
    await Promise.all(all);
  }

  /** A check that does not end would keep its page open, and all others, as the next checks wait for it. */
  #inTime(check: Promise<boolean>): Promise<boolean> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => resolve(false), CHECK_MS, { background: true });
      check.finally(() => clock.clearTimeout(timer)).then(resolve, reject);
    });
  }

  /** Ends all streams, and refuses new ones. */
  close(): void {
    this.#isClosed = true;
    this.#rechecks.stop();
    for (const live of [...this.#pages.values()]) live.close();
  }
}
