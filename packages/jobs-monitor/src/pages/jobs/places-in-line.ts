import type { IQueue } from '@philjs/jobs-core';
import type { QueueJob } from '../../search/merged-pages.ts';
import { ofEach } from '../of-each.ts';
import type { PageSource } from '../page-source.ts';
import { placeText } from '../place-text.ts';

/**
 * Finds where the waiting jobs of a list stand in the order of their queues, by queue and id; only in queues whose order
 * is not first in, first out, since of the others the list itself shows it.
 */
export async function placesInLine(
  { monitor }: PageSource,
  jobs: readonly QueueJob[],
): Promise<ReadonlyMap<string, string>> {
  const waiting = jobs.filter(({ job }) => job.status === 'waiting');
  const queues = monitor.queues.filter(({ name }) => waiting.some(({ queue }) => queue === name));
  const { found } = await ofEach(monitor, queues, (queue) =>
    placesIn(
      queue,
      waiting.filter((one) => one.queue === queue.name),
    ),
  );
  return new Map(found.flatMap(([, places]) => places));
}

/** Identifies a job of a list. */
export function placeKey(queue: string, id: string): string {
  return JSON.stringify([queue, id]);
}

async function placesIn(
  queue: IQueue,
  jobs: readonly QueueJob[],
): Promise<readonly (readonly [string, string])[]> {
  const { orders } = queue.backend;
  const order = await orders?.read();
  if (orders === undefined || (order?.policy ?? 'fifo') === 'fifo') return [];
  const places = await Promise.all(jobs.map(({ job: { id } }) => orders.place({ id })));
  return places.flatMap((place, index) => {
    const id = jobs[index]?.job.id ?? '';
    return place === undefined ? [] : [[placeKey(queue.name, id), placeText(place)] as const];
  });
}
