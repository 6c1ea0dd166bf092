// A process for the fault tests: keeps a file locked for a while: `lock-holder.ts <file> <milliseconds>`.
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const [path = '', ms = '0'] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
process.stdout.write('locked\n');
await sleep(Number(ms));
database.exec('COMMIT');
