import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface NextRunParams extends Params {
  readonly contender: 'philjs' | 'croner';
  readonly cron: string;
  readonly timezone: string;
  readonly runs: number;
}

const RUNS = { tiny: 20, quick: 10_000, full: 10_000 };
const PATTERNS = [
  { title: 'each second, UTC', cron: '* * * * * *', timezone: 'UTC' },
  { title: 'every 5 minutes, UTC', cron: '*/5 * * * *', timezone: 'UTC' },
  { title: 'nightly, Paris', cron: '30 2 * * *', timezone: 'Europe/Paris' },
  {
    title: 'weekdays every quarter of an hour, New York',
    cron: '*/15 9-17 * * 1-5',
    timezone: 'America/New_York',
  },
] as const;

/** Measures the cost of finding the next tick, compared with croner alone. */
export const schedulerNextRun: Benchmark = defineBenchmark<NextRunParams>({
  name: 'scheduler-next-run',
  title: 'finding when a pattern ticks next, against croner alone',
  method:
    'The next 10,000 ticks of a pattern, each found from the one before it: ours by `nextRuns` of a scheduler in memory, which also ' +
    'reads the schedule once; croner by one `Cron` and its `nextRun`. Once before the clock starts, and once after. Ours tells ' +
    'croner that UTC never changes its clocks, which saves it a calendar.',
  ratioTitle: 'ours : it',
  figures: [{ key: 'usPerRun', title: 'per tick', unit: 'microseconds', better: 'lower' }],
  // Only with time zones does croner use a calendar too, so only there is the work the same.
  targets: PATTERNS.filter(({ timezone }) => timezone !== 'UTC').map(({ title }) => ({
    title: `next run against croner alone (${title})`,
    case: title,
    contender: 'croner',
    figure: 'usPerRun',
    of: 'ratio',
    atLeast: 0.91,
  })),
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) =>
    PATTERNS.map(({ title, cron, timezone }) => ({
      title,
      contenders: (['philjs', 'croner'] as const).map((contender) => ({
        id: contender,
        params: { contender, cron, timezone, runs: RUNS[size] },
      })),
    })),
  measure,
});

async function measure(params: NextRunParams): Promise<Measured> {
  const { find, close } = await (params.contender === 'croner' ? croner(params) : philjs(params));
  await find();
  const { wallMs } = await stopwatch(find);
  await close();
  return { usPerRun: (wallMs / params.runs) * 1000 };
}

interface Finder {
  /** Finds all ticks. */
  readonly find: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function philjs({ cron, timezone, runs }: NextRunParams): Promise<Finder> {
  const { Scheduler } = await import('@philjs/jobs-scheduler');
  const { openQueue } = await import('../contenders/scheduler/schedule-store.ts');
  const { tickJob } = await import('../contenders/scheduler/many-schedules.ts');
  const queue = await openQueue('memory', 0, { jobs: [tickJob] });
  const scheduler = new Scheduler(queue);
  const options = { cron, timezone: timezone as 'UTC', payload: undefined };
  const id = await scheduler.schedule(tickJob, options);
  return {
    find: async () => void (await scheduler.nextRuns(id, runs)),
    close: () => queue.close(),
  };
}

async function croner({ cron, timezone, runs }: NextRunParams): Promise<Finder> {
  const { Cron } = await import('croner');
  const pattern = new Cron(cron, { timezone });
  return {
    find: async () => {
      let tick: Date | null = new Date();
      for (let found = 0; found < runs && tick !== null; found++) tick = pattern.nextRun(tick);
    },
    close: async () => undefined,
  };
}
