// A process for the fault tests to kill: stores many jobs in one call: `bulk-writer.ts <file> <jobs>`.
import { createQueue } from '../../../src/index.ts';

const [path = '', jobs = '1'] = process.argv.slice(2);
const queue = createQueue({ path, unknownJobs: 'accept' });
await queue.getStats();
process.stdout.write('ready\n');
// Enough that writing it takes long beside the pause between two looks of the test.
const payload = 'x'.repeat(60_000);
await queue.enqueueMany(Array.from({ length: Number(jobs) }, () => ({ job: 'work', payload })));
await queue.close();
