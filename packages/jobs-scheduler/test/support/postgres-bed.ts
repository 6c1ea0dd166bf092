import { PostgresServer } from '@philjs/jobs-faults';
import { postgresBackend } from '@philjs/jobs-postgres';
import { afterAll, beforeAll, describe } from 'vitest';
import type { BedKind } from './test-bed.ts';

/** Tests some policies on a server of their own: schedulers follow the test's clock, while workers run in real time. */
export function onPostgres(policies: readonly ((kind: BedKind) => void)[]): void {
  describe('schedules on PostgreSQL', () => {
    let server: PostgresServer;
    let beds = 0;
    beforeAll(async () => {
      server = await PostgresServer.start();
    });
    afterAll(() => server.stop());
    const bed: BedKind = {
      name: 'PostgreSQL',
      backend: () => {
        beds += 1;
        return postgresBackend({ postgres: server.url, schema: `bed_${beds}` });
      },
      virtualTime: false,
    };
    for (const policy of policies) policy(bed);
  });
}
