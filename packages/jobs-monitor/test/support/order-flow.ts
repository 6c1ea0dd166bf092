import { batch, defineJob, type IQueue, type IQueues, step } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { onTestFinished } from 'vitest';
import { createDashboard, type Dashboard } from '../../src/dashboard/create-dashboard.ts';
import type { DashboardOptions } from '../../src/dashboard/dashboard-options.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import { serveDashboard } from '../../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../../src/view/permission.ts';
import { keptLogger } from './system.ts';

export const bank = { isUp: false };
export const stock = defineJob({ name: 'reserve-stock', queue: 'orders', handler: () => 'shelf' });
export const money = defineJob({
  name: 'charge-card',
  queue: 'payments',
  attempts: 1,
  handler: ({ password }: { readonly password: string }) => {
    if (!bank.isUp) throw new Error(`card of ${password} was declined`);
    return 'paid';
  },
});
export const ship = defineJob({ name: 'ship', queue: 'orders', handler: () => 'shipped' });
export const measure = defineJob({ name: 'measure', queue: 'orders', handler: (_: number) => 1 });
export const report = defineJob({ name: 'report', queue: 'orders', handler: () => 'sum' });

export interface Flow {
  readonly queues: IQueues;
  readonly orders: IQueue;
  readonly monitor: Monitor;
}

export function openFlow(): Flow {
  bank.isUp = false;
  const queues = createQueues(
    { orders: { concurrency: 50 }, payments: {} },
    { jobs: [stock, money, ship, measure, report], logger: keptLogger() },
  );
  onTestFinished(() => queues.close({ timeout: 0 }));
  const orders = queues.get('orders');
  return { queues, orders, monitor: new Monitor([orders, queues.get('payments')]) };
}

/** An order of which the card is declined: stock and money, then the parcel. */
export async function order({ queues }: Flow): Promise<void> {
  const first = await queues.enqueue(stock, undefined, { jobId: 'stock' });
  const second = await queues.enqueue(money, { password: 'hunter2000' }, { jobId: 'money' });
  const dependsOn = [first, { queue: 'payments', id: second.id }];
  await queues.enqueue(ship, undefined, { jobId: 'parcel', dependsOn });
}

/** A report over some measurements. */
export async function measured({ orders }: Flow, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => ({
    job: measure,
    payload: index,
    options: { jobId: `m-${index}` },
  }));
  const last = step(report, undefined, { jobId: 'report' });
  // biome-ignore lint/suspicious/noThenProperty: the option's name
  await orders.enqueueMany(batch(items, { then: last, onFailure: 'continue' }));
}

export interface Member {
  readonly job: typeof measure;
  readonly payload: number;
  readonly options: { readonly jobId: string; readonly dependsOn: readonly Member[] };
}

/** Five hundred jobs, none of which is like another: each waits for one or two of those before it. */
export async function tangled({ orders }: Flow): Promise<void> {
  const items: Member[] = [];
  for (let index = 0; index < 499; index += 1) {
    const before = index === 0 ? [] : [items[(index * 7) % index], items[Math.floor(index / 2)]];
    const dependsOn = [...new Set(before)].filter((item) => item !== undefined);
    items.push({ job: measure, payload: index, options: { jobId: `t-${index}`, dependsOn } });
  }
  const awaited = new Set(items.flatMap(({ options }) => options.dependsOn));
  const dependsOn = items.filter((item) => !awaited.has(item));
  const last = { job: report, payload: undefined, options: { jobId: 'report', dependsOn } };
  await orders.enqueueMany([...items, last]);
}

export function dashboardOf({ monitor }: Flow, options: Partial<DashboardOptions> = {}): Dashboard {
  const dashboard = createDashboard(monitor, { auth: 'none', ...options });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

export async function served(
  { monitor }: Flow,
  options: Partial<DashboardOptions> = {},
): Promise<string> {
  const all = { permissions: PERMISSIONS, refreshInterval: 250, ...options };
  const dashboard = await serveDashboard(monitor, { auth: 'none', ...all });
  onTestFinished(() => dashboard.close());
  return dashboard.url;
}

export const PARCEL = '-/workflow?queue=orders&id=parcel';
export const REPORT = '-/workflow?queue=orders&id=report';
