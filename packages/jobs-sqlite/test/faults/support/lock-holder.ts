// A process for the fault tests: keeps a file locked until SIGTERM: `lock-holder.ts <file>`.
import { DatabaseSync } from 'node:sqlite';

const [path = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
process.once('SIGTERM', () => {
  database.exec('COMMIT');
  clearInterval(staying);
});
const staying = setInterval(() => undefined, 60_000);
process.stdout.write('locked\n');
