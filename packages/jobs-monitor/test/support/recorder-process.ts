// A process of its own that records many durations, as a worker records them, and tells which.
import { Histogram } from '@philjs/jobs-core/backend';
import { createQueue } from '@philjs/jobs-redis';

const [, , redis, countText = '', seedText = ''] = process.argv;
const queue = createQueue({ name: 'measured', redis });
await queue.getStats();
let state = Number(seedText);

/** Makes numbers that only look random: Park and Miller's. */
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

const durations: number[] = [];
const empty = { buckets: {}, sum: 0 };
const minute = Math.floor(Date.now() / 60_000) * 60_000;
while (durations.length < Number(countText)) {
  const run = new Histogram();
  for (let index = 0; index < 1000 && durations.length < Number(countText); index += 1) {
    // From a tenth of a millisecond to minutes, most of them short.
    const duration = Math.exp(random() * random() * 14 - 2.3);
    durations.push(duration);
    run.record(duration);
  }
  const counts = { completed: run.count };
  await queue.backend.metrics?.record({
    buckets: [{ minute, name: 'work', counts, wait: empty, run: run.toData() }],
  });
}
await queue.close();
process.send?.(durations, () => process.disconnect());
