import type { JobPlace } from '@philjs/jobs-core';
import { countText } from '../text/number.ts';

/** The number up to which a store counts the jobs before another. */
const MOST_COUNTED = 1000;

/** Says in a few words where a waiting job stands in the order of its queue. */
export function placeText({ order, ahead, otherKeys = 0 }: JobPlace): string {
  const place = ahead >= MOST_COUNTED ? `after ${countText(ahead)}` : `number ${ahead + 1}`;
  if (order.policy !== 'fair') return place;
  const least = otherKeys >= MOST_COUNTED ? 'at least ' : '';
  const keys = otherKeys === 0 ? 'no' : `${least}${countText(otherKeys)}`;
  return `${place} of its key, ${keys} other ${otherKeys === 1 ? 'key' : 'keys'}`;
}
