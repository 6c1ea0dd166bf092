import type { DeleteByHand } from '@philjs/jobs-testkit/conformance';
import pg from 'pg';

const DELETE = {
  job: 'DELETE FROM philjs_jobs.jobs WHERE node =',
  dependencies: 'DELETE FROM philjs_jobs.edges WHERE dependant =',
} as const;

/** Deletes rows on a server as a restore or a replica does: no trigger fires. The role has to be a superuser. */
export function deleteOn(connectionString: string): DeleteByHand {
  return async (what, { queueName, id }) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query('SET session_replication_role = replica');
    const node = '(SELECT j.node FROM philjs_jobs.jobs j JOIN philjs_jobs.queues q USING (queue)';
    await client.query(`${DELETE[what]} ${node} WHERE q.name = $1 AND j.id = $2)`, [queueName, id]);
    await client.end();
  };
}
