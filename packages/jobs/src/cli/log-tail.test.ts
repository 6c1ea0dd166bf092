import { defineJob } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test } from 'vitest';
import { LogTail } from './log-tail.ts';

const talk = defineJob({ name: 'talk', handler: () => undefined });

test('reads each line once, also after the queue has dropped the oldest', async () => {
  const queue = createQueue({ jobs: [talk] });
  onTestFinished(() => queue.close());
  const { id } = await queue.enqueue(talk);
  const log = new LogTail(queue, id);
  let written = 0;
  const write = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, (_, n) => ({
      at: 0,
      attempt: 1,
      message: `line ${written + n}`,
    }));
    await queue.backend.logs?.append({ id, lines });
    written += count;
  };
  const read: string[] = [];
  for (const count of [0, 990, 20, 1, 0, 500, 1000]) {
    await write(count);
    read.push(...(await log.next()).map(({ message }) => message));
  }
  expect(read).toEqual(Array.from({ length: written }, (_, n) => `line ${n}`));
});

test('reads what is left when more came than the queue keeps, and equal lines', async () => {
  const queue = createQueue({ jobs: [talk] });
  onTestFinished(() => queue.close());
  const { id } = await queue.enqueue(talk);
  const log = new LogTail(queue, id);
  const write = (count: number, message: string): Promise<void> | undefined =>
    queue.backend.logs?.append({
      id,
      lines: Array.from({ length: count }, () => ({ at: 0, attempt: 1, message })),
    });
  await write(10, 'first');
  expect(await log.next()).toHaveLength(10);
  await write(1500, 'then');
  expect(await log.next()).toHaveLength(1000);
  await write(3, 'last');
  expect(await log.next()).toHaveLength(3);
});
