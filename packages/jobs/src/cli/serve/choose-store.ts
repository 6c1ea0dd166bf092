import { sqlitePath } from '../../queue/choose-backend.ts';
import { type AddressFlags, setAddresses } from '../set-addresses.ts';
import { UsageError } from '../usage-error.ts';

/** The SQLite file of a server that is given no store. */
const FILE = 'jobs.sqlite';

/**
 * Chooses the store of a server, and lets it stand in the environment, where the configuration's queues look too: a SQLite
 * file where nothing else is given. Returns the file if that is so.
 *
 * @throws UsageError as {@link setAddresses}, and for another server
 */
export function chooseStore(flags: AddressFlags): string | undefined {
  if (flags.remote !== undefined) {
    throw new UsageError(
      '--remote is for clients: a server has a store. Give --redis or --database.',
    );
  }
  setAddresses(flags);
  delete process.env['PHILJS_JOBS_URL'];
  const { REDIS_URL, DATABASE_URL = '' } = process.env;
  const isDatabase =
    /^postgres(ql)?:/i.test(DATABASE_URL) || sqlitePath(DATABASE_URL) !== undefined;
  if (REDIS_URL || isDatabase) return undefined;
  process.env['DATABASE_URL'] = `sqlite:${FILE}`;
  return FILE;
}
