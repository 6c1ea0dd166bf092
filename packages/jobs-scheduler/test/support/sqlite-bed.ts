import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteBackend } from '@philjs/jobs-sqlite';
import { afterAll, beforeAll, describe } from 'vitest';
import type { BedKind } from './test-bed.ts';

/** Tests some policies on files in a folder of their own: schedulers and workers follow the test's clock. */
export function onSqlite(policies: readonly ((kind: BedKind) => void)[]): void {
  describe('schedules on SQLite', () => {
    let folder: string;
    let beds = 0;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'philjs-schedules-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const bed: BedKind = {
      name: 'SQLite',
      backend: () => {
        beds += 1;
        return sqliteBackend({ path: join(folder, `bed-${beds}.sqlite`) });
      },
      virtualTime: true,
    };
    for (const policy of policies) policy(bed);
  });
}
