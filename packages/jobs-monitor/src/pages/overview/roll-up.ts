import type { Incident } from '../../failures/incident.ts';
import { failureSentence } from '../../monitor/failure-problems.ts';
import type { HealthProblem } from '../../monitor/system-health.ts';
import { counted } from '../../text/number.ts';

/** How many queues a sentence names. */
const NAMED = 2;

/**
 * Makes one problem of those of several queues that have one cause: a store that is away, jobs that fail for the same reason,
 * queues of which many jobs fail. It stands where the first of them stood.
 */
export function rollUp(
  problems: readonly HealthProblem[],
  incidents: readonly Incident[],
  now: number,
): HealthProblem[] {
  const rolled = new Map<string, HealthProblem[]>();
  for (const problem of problems) {
    const key = causeKey(problem) ?? `one ${rolled.size}`;
    rolled.set(key, [...(rolled.get(key) ?? []), problem]);
  }
  return [...rolled.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return same;
    const incident = incidents.find(({ key }) => key === first.group);
    if (incident !== undefined) return [ofIncident(same, incident, now)];
    return first.group === undefined ? [ofQueues(first, same)] : same;
  });
}

function causeKey({ kind, group }: HealthProblem): string | undefined {
  if (group !== undefined) return `group ${group}`;
  return ['store-away', 'failing', 'failures'].includes(kind) ? kind : undefined;
}

/** Makes one problem of the same one of several queues. */
function ofQueues(first: HealthProblem, all: readonly HealthProblem[]): HealthProblem {
  const { kind } = first;
  const count = all.reduce((sum, one) => sum + (one.count ?? 0), 0);
  const names = all.slice(0, NAMED).map(({ queue }) => `\`${queue}\``);
  const rest = all.length - names.length;
  const whose =
    rest > 0 ? `${names.join(', ')} and ${counted(rest, 'more queue')}` : names.join(' and ');
  const severity = worstOf(all);
  if (kind === 'store-away')
    return { kind, severity, message: `${whose} cannot reach their store` };
  if (kind === 'failing') return { kind, severity, message: `many jobs of ${whose} fail` };
  const message = `${counted(count, 'failed job')} of other causes in ${counted(all.length, 'queue')}`;
  return { kind, severity, count, message };
}

function worstOf(problems: readonly HealthProblem[]): HealthProblem['severity'] {
  return problems.some(({ severity }) => severity === 'critical') ? 'critical' : 'warning';
}

function ofIncident(all: readonly HealthProblem[], incident: Incident, now: number): HealthProblem {
  const count = all.reduce((sum, one) => sum + (one.count ?? 0), 0);
  const since = new Date(Math.min(...all.map((one) => new Date(one.since ?? now).getTime())));
  const isWhole = !all.some(({ message }) => message.includes(': at least '));
  const who = counted(all.length, 'queue');
  return {
    ...{ kind: 'failures', severity: worstOf(all), group: incident.key, count, since },
    message: failureSentence(who, { ...incident, count, since: since.getTime(), isWhole }, now),
  };
}
