import { describe, expect, it, vi } from 'vitest';
import { testBackend } from '../../test/test-backend.ts';
import { TestClock } from '../../test/test-clock.ts';
import { silent, testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';

const mail = defineJob({ name: 'mail', handler: () => 1 });
const resize = defineJob({ name: 'resize', handler: () => 1 });

function trial() {
  const clock = new TestClock();
  const warn = vi.fn();
  const logger = { ...silent, warn };
  const open = (
    name: string,
    jobs: readonly (typeof mail | typeof resize)[],
    storeId: object | string,
  ) =>
    testQueue({ name, jobs, logger, clock, backend: { ...testBackend({ clock }), storeId } }).queue;
  return { open, warn };
}

describe('two queues of one process', () => {
  it.each([
    ['an address', 'server/0'],
    ['an object', {}],
  ])('of one name and store that list different jobs warn; the store is %s', (_, store) => {
    const { open, warn } = trial();
    open('texts', [mail], store);
    expect(warn).not.toHaveBeenCalled();
    open('texts', [mail, resize], store);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/`texts`.*`resize`/));
  });

  it('say nothing when they list the same jobs, or one lists none', () => {
    const { open, warn } = trial();
    open('texts', [mail, resize], 'same');
    open('texts', [resize, mail], 'same');
    open('texts', [], 'same');
    expect(warn).not.toHaveBeenCalled();
  });

  it('say nothing of another name or another store, nor once one of them is closed', async () => {
    const { open, warn } = trial();
    const first = open('texts', [mail], 'one');
    open('others', [resize], 'one');
    open('texts', [resize], 'two');
    open('texts', [resize], {});
    await first.close();
    open('texts', [resize], 'one');
    expect(warn).not.toHaveBeenCalled();
  });
});
