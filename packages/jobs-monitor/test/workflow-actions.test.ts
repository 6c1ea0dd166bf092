import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { dashboardOf, openFlow, order } from './support/order-flow.ts';
import { act } from './support/request.ts';

describe('the actions of a workflow', () => {
  test('cancel and retry the whole of it, with their permissions, and are audited', async () => {
    const flow = openFlow();
    await order(flow);
    const events: AuditEvent[] = [];
    const audit = (event: AuditEvent): void => void events.push(event);
    const reading = dashboardOf(flow, { permissions: ['read'], audit });
    const body = { queue: 'orders', id: 'parcel' };
    expect((await act(reading, 'cancel-workflow', body)).status).toBe(403);
    expect((await act(reading, 'retry-workflow', body)).status).toBe(403);
    const dashboard = dashboardOf(flow, { permissions: ['read', 'cancel', 'retry'], audit });
    const cancelled = await act(dashboard, 'cancel-workflow', { ...body, reason: 'not wanted' });
    expect(await cancelled.json()).toEqual({ changed: 3 });
    expect((await flow.orders.getJob('parcel'))?.error?.message).toContain('not wanted');
    const retried = await act(dashboard, 'retry-workflow', body);
    expect(await retried.json()).toEqual({ changed: 3 });
    expect((await flow.orders.getJob('parcel'))?.status).toBe('blocked');
    expect(events.map(({ action, outcome, changed }) => [action, outcome, changed])).toEqual([
      ['cancel-workflow', '403', 0],
      ['retry-workflow', '403', 0],
      ['cancel-workflow', 'done', 3],
      ['retry-workflow', 'done', 3],
    ]);
  });
});
