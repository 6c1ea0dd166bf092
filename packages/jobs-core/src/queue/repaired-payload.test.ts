import { inspect } from 'node:util';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { lettersQueues } from '../../test/letters-queues.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { deadLetters } from './dead-letters.ts';

describe('a redrive whose `repair` goes wrong names the letter, and says what to do', () => {
  const pin = 'hunter2-hunter2';
  /** Redrives two letters, the second one with a repair that goes wrong; returns the error. */
  const refusalBy = async (
    repair: (payload: unknown) => unknown,
    schema?: JobDefinition['schema'],
  ): Promise<JobsError> => {
    const { clock, payments, dead, letter } = lettersQueues();
    const handler = async () => undefined;
    payments.register(defineJob({ name: 'refund', ...(schema && { schema }), handler }));
    for (const cents of [1, 2]) {
      await letter(cents, { name: 'refund', payload: { cents, pin } });
    }
    await payments.process();
    const bad = (payload: unknown) =>
      (payload as { cents: number }).cents === 1 ? payload : repair(payload);
    const done = deadLetters(dead).redrive({}, { to: payments, repair: bad });
    const error = done.then(
      () => expect.fail('nothing was refused'),
      (thrown) => thrown as JobsError,
    );
    await clock.advance(1000);
    // The job of the first one is back, and the second letter is kept.
    expect((await dead.getStats()).total).toBe(1);
    expect((await payments.getStats()).completed).toBe(1);
    return error;
  };

  it('where it throws, with the error as its cause and no word of the payload', async () => {
    const cause = new TypeError(`no such pin: ${pin}`);
    const error = await refusalBy(() => Promise.reject(cause));
    expect(error).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { letter: 'letter-2', field: 'repair', name: 'refund' },
      cause: { cause },
    });
    expect(error.message).toMatch(/`letter-2`.*`repair`.*payload of job `refund`.*TypeError.*Mend/);
    expect(error.message).not.toContain(pin);
  });

  it('where it returns nothing, as one that forgets to, unless a schema allows it', async () => {
    const forgets = await refusalBy(() => undefined);
    expect(forgets).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { letter: 'letter-2', field: 'repair' },
    });
    expect(forgets.message).toMatch(/`letter-2`.*`repair`.*got `undefined`.*return/);
    const schema = v.object({ cents: v.number(), pin: v.string() });
    expect((await refusalBy(() => undefined, schema)).code).toBe('JOBS_INVALID_PAYLOAD');
  });

  it('where its payload does not fit, with the field and without what the payload holds', async () => {
    const schema = v.object({ cents: v.number(), pin: v.string() });
    const repair = (payload: unknown) => ({ ...(payload as object), cents: `not ${pin}` });
    const error = await refusalBy(repair, schema);
    expect(error).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { letter: 'letter-2', issues: [{ path: 'payload.cents' }] },
    });
    expect(error.message).toMatch(
      /`letter-2`.*`repair`.*`payload.cents`.*Expected number but received "<string>".*Mend/,
    );
    expect(inspect(error, { depth: 10 })).not.toContain(pin);
  });

  it('where a definition computes what is refused, or the payload cannot be stored', async () => {
    const { payments, dead, letter } = lettersQueues();
    const tags = ({ pin: tag }: { pin: string }) => [tag.repeat(20)];
    payments.register(defineJob({ name: 'refund', tags, handler: async () => undefined }));
    await letter(1, { name: 'refund', payload: { pin } });
    const refusal = async (repair: (payload: unknown) => unknown): Promise<JobsError> =>
      deadLetters(dead)
        .redrive({}, { to: payments, repair })
        .then(
          () => expect.fail('nothing was refused'),
          (thrown) => thrown as JobsError,
        );
    const tagged = await refusal((payload) => payload);
    expect(tagged).toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { letter: 'letter-1' },
    });
    expect(tagged.message).not.toContain(pin);
    const large = await refusal(() => ({ pin, cents: 123_456n }));
    expect(large).toMatchObject({ details: { letter: 'letter-1' } });
    expect(large.message).not.toMatch(/123456|hunter2/);
  });
});
