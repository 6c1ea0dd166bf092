import type { VNode } from 'preact';
import { failuresPage } from '../src/pages/failures/failures-page.ts';
import { jobPage } from '../src/pages/job/job-page.ts';
import { jobsPage } from '../src/pages/jobs/jobs-page.ts';
import { overviewPage } from '../src/pages/overview/overview-page.ts';
import type { PageDataMap, PageState } from '../src/view/page-state.ts';
import type { ViewContext } from '../src/view/view-context.ts';

/** Draws a page from its data, as the server does. */
export type DrawPage = (ctx: ViewContext, state: PageState) => VNode;

/** The pages that people open first, or from these. */
const FIRST = { overview: overviewPage, failures: failuresPage, jobs: jobsPage, job: jobPage };

/** Loads what draws a page; the state that it is then given is always of this page. */
export async function pageDrawer(page: keyof PageDataMap): Promise<DrawPage> {
  const pages = page in FIRST ? FIRST : await import('./more-pages.ts');
  const draw = pages[page as keyof typeof pages] as (ctx: ViewContext, data: unknown) => VNode;
  return (ctx, { data }) => draw(ctx, data);
}
