import type { IQueue } from '@philjs/jobs-core';
import { largestShapes, type ShapeName } from './largest-shapes.ts';

/**
 * Adds a workflow in a process that a test kills. Prints a line before the call and one after it.
 *
 * @example
 * const [path, queueName, shape, name] = process.argv.slice(2);
 * await produceShape(createQueue({ path, name: queueName }), shape, name);
 */
export async function produceShape(queue: IQueue, shape = '', name = ''): Promise<void> {
  const { items } = largestShapes[shape as ShapeName](name);
  // So that the call is what takes the time, not the connection.
  await queue.getStats();
  process.stdout.write('adds\n');
  await queue.enqueueMany(items);
  process.stdout.write('added\n');
  await queue.close();
}
