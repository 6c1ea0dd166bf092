import type { SqliteQueueStore } from '../state/queue-store.ts';
import { BY_EVENT } from './limited-name.ts';

/** Finds, without writing, whether a line is open, and when the next thing shut by time opens. */
export function limitOutlook({ file, queue }: SqliteQueueStore): {
  readonly isOpen: boolean;
  readonly opensAt: number | undefined;
} {
  const open = (
    keyed: 0 | 1,
  ): string => `EXISTS (SELECT 1 FROM philjs_jobs_lines l WHERE l.queue = m.queue
    AND l.name = m.name AND l.keyed = ${keyed} AND l.opens_at IS NULL)`;
  const row = file.get(
    `SELECT EXISTS (SELECT 1 FROM philjs_jobs_limits m WHERE queue = ?1 AND opens_at IS NULL
        AND ((gate_opens_at IS NULL AND ${open(0)}) OR ${open(1)})) AS open,
      (SELECT min(opens_at) FROM philjs_jobs_lines WHERE queue = ?1 AND opens_at IS NOT NULL) AS line,
      (SELECT min(opens_at) FROM philjs_jobs_limits WHERE queue = ?1 AND opens_at IS NOT NULL) AS name,
      (SELECT min(gate_opens_at) FROM philjs_jobs_limits WHERE queue = ?1 AND gate_opens_at IS NOT NULL) AS gate`,
    queue,
  );
  const times = [row?.['line'], row?.['name'], row?.['gate']].map((at) => Number(at ?? BY_EVENT));
  const opensAt = Math.min(...times);
  return { isOpen: row?.['open'] === 1, opensAt: opensAt === BY_EVENT ? undefined : opensAt };
}
