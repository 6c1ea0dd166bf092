import type { Monitor } from '../monitor/monitor.ts';
import { ofEach } from '../pages/of-each.ts';
import type { PageParams } from '../pages/page-source.ts';
import type { PageName } from '../view/page-name.ts';
import { linkTo } from '../view/view-context.ts';
import type { ResolvedDashboardOptions } from './dashboard-options.ts';
import { pageParams } from './http/page-params.ts';
import type { Place } from './http/place.ts';
import { paceOf } from './live/pace-of.ts';
import { pageDocument } from './page/page-document.ts';
import type { PageLoader } from './page/page-loader.ts';
import type { Visitor } from './visitor.ts';

/**
 * Answers with a page: as a document, or as its data if the request accepts JSON. A search for the id of
 * a job leads to that job.
 *
 * @throws JobsError as the page's loader
 */
export async function handlePage(
  page: PageName,
  request: Request,
  { root }: Place,
  visitor: Visitor,
  monitor: Monitor,
  loader: PageLoader,
  { environment, refreshInterval }: ResolvedDashboardOptions,
): Promise<Response> {
  const params = pageParams(page, new URL(request.url).searchParams);
  const isData = request.headers.get('accept') === 'application/json';
  const headers = { vary: 'accept' };
  if (page === 'jobs' && !isData) {
    const job = await findById(monitor, params);
    if (job !== undefined) {
      return new Response(null, {
        status: 303,
        headers: { location: linkTo(root, 'job', job) ?? root },
      });
    }
  }
  const state = await loader.load(page, params);
  if (isData) return Response.json(state, { headers });
  const queues = monitor.queues.map(({ name }) => name);
  const body = pageDocument({
    state,
    root,
    queues,
    can: visitor.can,
    updateMs: refreshInterval * paceOf(page, params),
    ...(environment && { environment }),
  });
  return new Response(body, {
    headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
  });
}

/** Finds a job by the searched id, in the chosen queue first. */
async function findById(
  monitor: Monitor,
  params: PageParams,
): Promise<{ readonly queue: string; readonly id: string } | undefined> {
  const id = params.get('q')?.trim() ?? '';
  if (id === '' || id.length > 256) return undefined;
  const chosen = params.get('queue');
  const queues = [...monitor.queues].sort(
    (a, b) => Number(b.name === chosen) - Number(a.name === chosen),
  );
  // The other queues are still searched when one store is away.
  const { found } = await ofEach(monitor, queues, (queue) => queue.getJob(id));
  const first = found.find(([, job]) => job !== undefined);
  return first && { queue: first[0].name, id };
}
