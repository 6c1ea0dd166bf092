import { describe, expect, test } from 'vitest';
import type { WorkflowData } from '../src/pages/workflow/workflow-data.ts';
import {
  dashboardOf,
  measure,
  measured,
  openFlow,
  order,
  PARCEL,
  REPORT,
} from './support/order-flow.ts';
import { data, get } from './support/request.ts';

describe('the data of a workflow', () => {
  test('has its jobs, their states, progress, critical path and a drawing', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    await flow.orders.waitFor('stock');
    const found = await data<WorkflowData>(dashboardOf(flow), `/${PARCEL}`);
    expect(found).toMatchObject({
      name: 'ship',
      status: 'failed',
      total: 3,
      ended: 3,
      byStatus: { failed: 2, completed: 1 },
      failedItself: 1,
      criticalTotal: 2,
      isCut: false,
      canUnfold: false,
      matched: 3,
    });
    expect(found.drawing.boxes).toHaveLength(3);
    expect(found.drawing.lines).toHaveLength(2);
    expect(found.rows.map(({ queue, id }) => `${queue} ${id}`).sort()).toEqual([
      'orders parcel',
      'orders stock',
      'payments money',
    ]);
  });

  test('masks in an error what is secret in the payload of its job', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    const text = await (await get(dashboardOf(flow), `/${PARCEL}`)).text();
    expect(text).toContain('card of [redacted] was declined');
    expect(text).toContain('Failed for money');
    expect(text).not.toContain('hunter2000');
  });

  test('folds a batch of 10,000 into a few boxes, and lists it by pages', async () => {
    const flow = openFlow();
    await measured(flow, 10_000);
    const dashboard = dashboardOf(flow);
    const found = await data<WorkflowData>(dashboard, `/${REPORT}`);
    expect(found).toMatchObject({ total: 10_001, matched: 10_001, canUnfold: false });
    expect(found.drawing.boxes).toHaveLength(4);
    expect(found.drawing.boxes).toContainEqual(
      expect.objectContaining({
        alike: { name: 'measure', count: 9998, byStatus: { waiting: 9998 }, isRest: true },
      }),
    );
    expect(found.rows).toHaveLength(50);
    const last = await data<WorkflowData>(dashboard, `/${REPORT}&name=measure&from=9990`);
    expect(last).toMatchObject({ matched: 10_000, before: 9990 });
    expect(last.rows).toHaveLength(10);
    const html = await (await get(dashboard, `/${REPORT}`)).text();
    expect(html).toContain('9,998 more measure');
    expect(html.length).toBeLessThan(100_000);
  });

  test('draws 500 of more jobs that are not alike, and says so', async () => {
    const flow = openFlow();
    const items = Array.from({ length: 700 }, (_, index) => `s-${index}`);
    for (const [index, jobId] of items.entries()) {
      const before = items[index - 1];
      const dependsOn = before === undefined ? [] : [before];
      await flow.orders.enqueue(measure, index, { jobId, dependsOn });
    }
    const found = await data<WorkflowData>(dashboardOf(flow), '/-/workflow?queue=orders&id=s-699');
    expect(found.drawing.boxes).toHaveLength(500);
    expect(found.drawing.left).toBe(200);
    expect(found.criticalTotal).toBe(700);
    expect(found.critical).toHaveLength(12);
    const html = await (await get(dashboardOf(flow), '/-/workflow?queue=orders&id=s-699')).text();
    expect(html).toContain('the 500 of 700 jobs that are next to the last one');
  });

  test('refuses what it does not know', async () => {
    const flow = openFlow();
    const dashboard = dashboardOf(flow);
    const codeOf = async (path: string): Promise<number> => (await get(dashboard, path)).status;
    expect(await codeOf('/-/workflow?queue=orders&id=nobody')).toBe(404);
    expect(await codeOf('/-/workflow?queue=orders')).toBe(404);
    await order(flow);
    expect(await codeOf(`/${PARCEL}&fold=yes`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&size=huge`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&from=many`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&from=100&status=lost&name=nobody`)).toBe(200);
  });
});
