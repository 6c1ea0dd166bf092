import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Crowd, LONG_NAME, LONG_QUEUE } from './crowd.ts';

/** Every page of the dashboard, with the names of a crowd left open. */
export const PAGES = [
  '',
  '-/jobs',
  '-/jobs?q=status%3Afailed',
  '-/job?queue=QUEUE&id=ID',
  '-/workflow?queue=QUEUE&id=ID',
  '-/enqueue?queue=QUEUE&name=NAME',
  '-/failures',
  '-/dead-letters',
  '-/schedules',
  '-/workers',
  '-/metrics',
] as const;

/** The widths of screens that each page fits, in pixels. */
export const WIDTHS = [1280, 1024, 768, 390, 320] as const;

/** Returns the address of a page of a crowd's dashboard. */
export function addressOf({ dashboard, jobId }: Crowd, path: string): string {
  return (
    dashboard.url +
    path
      .replace('QUEUE', LONG_QUEUE)
      .replace('ID', encodeURIComponent(jobId))
      .replace('NAME', LONG_NAME)
  );
}

/** Gives the window a width, and expects the page not to be wider. */
export async function expectFits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
  // Charts follow their place a frame later.
  const scroll = await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    return document.documentElement.scrollWidth;
  });
  expect([width, scroll <= width ? 'fits' : `is ${scroll} wide`]).toEqual([width, 'fits']);
}
