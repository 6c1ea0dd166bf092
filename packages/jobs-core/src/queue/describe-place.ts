import type { JobRecord } from '../contract/job-record.ts';
import { type JobPlace, MOST_COUNTED } from '../contract/order-store.ts';
import { placeOf } from '../job/place-of.ts';

/** Says in a sentence where a waiting job stands in the order of its queue, and why. */
export function describePlace(place: JobPlace, record: JobRecord): string {
  const { order, ahead, otherKeys = 0 } = place;
  const turn =
    ahead >= MOST_COUNTED ? `behind at least ${MOST_COUNTED} others` : `number ${ahead + 1}`;
  switch (order.policy) {
    case 'fifo':
      return `It is ${turn} in line, by priority and arrival.`;
    case 'fair':
      return describeTurn(turn, ahead, otherKeys, record);
    case 'ageing':
      return `It is ${turn} in line: ${describeAge(place, record)}`;
    case 'deadline':
      return `It is ${turn} in line: ${describeDeadline(record)}`;
  }
}

function describeTurn(turn: string, ahead: number, others: number, { order }: JobRecord): string {
  const key = order?.fairKey === undefined ? 'the jobs without a key' : `key \`${order.fairKey}\``;
  const own = `It is ${turn} of ${key}`;
  if (others === 0) return `${own}, and no other key of its priority has jobs.`;
  if (others >= MOST_COUNTED) {
    return `${own}, which takes turns with at least ${MOST_COUNTED} other keys of its priority.`;
  }
  const most = (ahead + 1) * others;
  const keys = others === 1 ? 'one other key' : `${others} other keys`;
  return `${own}, which takes turns with ${keys} of its priority: with equal weights, at most ${most} of their jobs start before it.`;
}

function describeAge({ order }: JobPlace, { priority, runAt }: JobRecord): string {
  const [, number] = placeOf(order, { priority, arrivedAt: runAt });
  const lead = Math.round(Math.abs(runAt - number) / 1000);
  if (priority === 0) return 'it goes by its arrival.';
  const direction = priority > 0 ? 'earlier' : 'later';
  return `its priority ${priority} counts as an arrival ${lead} s ${direction}.`;
}

function describeDeadline({ order }: JobRecord): string {
  const at = order?.deadlineAt;
  if (at === undefined)
    return 'it has no deadline, so it goes after those of its priority that have one.';
  return `within its priority, its deadline ${new Date(at).toISOString()} decides.`;
}
