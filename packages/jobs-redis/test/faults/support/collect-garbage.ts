import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Collects garbage, so that what is left on the heap is held by something. Answers how much, in bytes. */
export function heapInUse(): number {
  gc();
  return process.memoryUsage().heapUsed;
}
