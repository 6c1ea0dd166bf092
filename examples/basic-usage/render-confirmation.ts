import { join } from 'node:path';
import { Eta } from 'eta';
import type { Order } from './order.ts';

const views = join(import.meta.dirname, 'templates');
// A customer's name must not become markup; in plain text its `&` must not become `&amp;`.
const html = new Eta({ views, autoEscape: true });
const text = new Eta({ views, autoEscape: false, autoTrim: false });

/** Describes a mail that is ready to send. */
export interface Mail {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Renders the confirmation of an order, as HTML and as text. */
export function renderConfirmation(order: Order): Mail {
  const view = toView(order);
  return {
    to: { name: order.customer.name, address: order.customer.email },
    subject: `Your order ${order.id}: ${view.total}`,
    html: html.render('./confirmation.html.eta', view),
    text: text.render('./confirmation.text.eta', view),
  };
}

function toView(order: Order) {
  const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: order.currency });
  const format = (cents: number): string => money.format(cents / 100);
  const goods = order.lines.reduce((sum, { quantity, unitCents }) => sum + quantity * unitCents, 0);
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      price: format(line.quantity * line.unitCents),
    })),
    shipping: format(order.shippingCents),
    total: format(goods + order.shippingCents),
  };
}
