// Runs the schedules of a small site: a nightly report, a clean-up, and reminders in two time zones.
//
//   node main.ts [--fast] [folder for what it writes]
//
// With --fast, March 2026 passes in a moment, with a server that is down for two days and a pause.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createQueue } from '@philjs/jobs-memory';
import { CronPatterns, Scheduler, Timezones } from '@philjs/jobs-scheduler';
import { createTestClock } from '@philjs/jobs-testkit';
import { timeIn } from './local-time.ts';
import { printLedger, printSchedules } from './print-ledger.ts';
import { Site } from './site.ts';
import { defineSiteJobs } from './site-jobs.ts';

const { values, positionals } = parseArgs({
  options: { fast: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? join(import.meta.dirname, 'out');
mkdirSync(folder, { recursive: true });

const { BERLIN, NEW_YORK } = Timezones;
const DAY = 86_400_000;
const clock = createTestClock(new Date('2026-03-01T00:00:00+01:00'));
const startedAt = values.fast ? clock.now() : Date.now();
const site = new Site([
  { name: 'Ada', zone: BERLIN, endsOn: '2026-03-19' },
  { name: 'Zoe', zone: BERLIN, endsOn: '2026-04-02' },
  { name: 'Grace', zone: NEW_YORK, endsOn: '2026-03-12' },
]);
site.live(startedAt - 2 * DAY, 35);

const { writeReport, cleanUp, remind } = defineSiteJobs(site, folder);
const queue = createQueue({
  name: 'site',
  jobs: [writeReport, cleanUp, remind],
  ...(values.fast && { clock }),
});
const scheduler = new Scheduler(queue);

// All schedules of the site: a deployment removes schedules that are no longer in the list.
await scheduler.sync([
  {
    id: 'nightly-report',
    job: writeReport,
    cron: CronPatterns.at(2, 30),
    timezone: BERLIN,
    payload: { zone: BERLIN },
    catchUp: 'all', // each night has a report of its own
  },
  {
    id: 'clean-up',
    job: cleanUp,
    every: DAY / 2,
    payload: { keepDays: 7 },
    overlap: 'skip',
    catchUp: 'skip', // the next run does the work of the missed ones
  },
  ...[BERLIN, NEW_YORK].map((zone) => ({
    id: `remind-${zone.toLowerCase().replace(/.*\//, '')}`,
    job: remind,
    cron: CronPatterns.weekdays(9),
    timezone: zone,
    payload: { zone, days: 3 },
    catchUp: { policy: 'one', window: DAY / 3 } as const, // not in the evening
  })),
]);
await printSchedules(scheduler);
await scheduler.start();
await queue.process();

if (values.fast) {
  const began = performance.now();
  await clock.advance(9 * DAY);
  await scheduler.stop(); // the server is down …
  await clock.advance(2.4 * DAY);
  await scheduler.start(); // … and back
  await clock.advance(5 * DAY);
  await scheduler.pause('remind-new_york', 'the mail server moves');
  await clock.advance(2 * DAY);
  await scheduler.resume('remind-new_york');
  await clock.advance(Date.parse('2026-04-01T00:00:00+02:00') - clock.now());
  console.log(`\n31 days took ${Math.round(performance.now() - began)} ms.`);
  await printLedger(scheduler);
  console.log(`\nWritten to ${folder}`);
  await scheduler.stop();
  await queue.close();
  site.close();
} else {
  queue.on('completed', ({ at, jobId, result }) => {
    console.log(timeIn(BERLIN, at.getTime()), jobId, JSON.stringify(result));
  });
  await scheduler.trigger('nightly-report');
  console.log('Firing until Ctrl-C.');
  process.once('SIGINT', async () => {
    await scheduler.stop();
    await queue.close();
    site.close();
  });
}
