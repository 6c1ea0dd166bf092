import type { PageParams } from '../../pages/page-source.ts';
import type { PageName } from '../../view/page-name.ts';
import { HttpError, toldError } from '../http/http-error.ts';
import { type PageLoader, pageKey } from '../page/page-loader.ts';
import { LivePage } from './live-page.ts';
import { paceOf } from './pace-of.ts';

/** How many may look at once, and at how many different pages; beyond that they ask now and then. */
const MAX_STREAMS = 500;
const MAX_PAGES = 100;

type Options = Pick<ConstructorParameters<typeof LivePage>[0], 'clock' | 'refreshInterval'>;

/** Keeps the pages up to date that somebody looks at. */
export class LivePages {
  readonly #loader: PageLoader;
  readonly #options: Options;
  readonly #pages = new Map<string, LivePage>();
  #isClosed = false;

  constructor(loader: PageLoader, options: Options) {
    this.#loader = loader;
    this.#options = options;
  }

  /**
   * Opens a stream of a page's states.
   *
   * @throws HttpError 503 when there are too many, or the dashboard was closed meanwhile; JobsError as the page, for what no waiting changes
   */
  async open(page: PageName, params: PageParams): Promise<ReadableStream<Uint8Array>> {
    await this.#loader.load(page, params).catch((error) => {
      if (toldError(error).status < 500) throw error;
    });
    if (this.#isClosed) throw new HttpError(503, 'The dashboard is closed.');
    const key = pageKey(page, params);
    const known = this.#pages.get(key);
    const streams = [...this.#pages.values()].reduce((sum, { size }) => sum + size, 0);
    if (streams >= MAX_STREAMS || (known === undefined && this.#pages.size >= MAX_PAGES)) {
      throw new HttpError(503, 'Too many pages are open.');
    }
    if (known !== undefined) return known.open();
    const live = new LivePage({
      clock: this.#options.clock,
      refreshInterval: this.#options.refreshInterval * paceOf(page, params),
      load: () => this.#loader.load(page, params),
      onIdle: () => this.#pages.delete(key),
    });
    this.#pages.set(key, live);
    return live.open();
  }

  /** Ends all streams, and opens no more. */
  close(): void {
    this.#isClosed = true;
    for (const live of [...this.#pages.values()]) live.close();
  }
}
