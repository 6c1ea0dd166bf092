import { inspect } from 'node:util';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { lettersQueues } from '../../test/letters-queues.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { defineJob } from '../job/define-job.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { deadLetters } from './dead-letters.ts';
import type { EnqueueMiddleware } from './enqueue-middleware.ts';
import type { RedriveOptions } from './redrive-options.ts';

const pin = 'hunter2-hunter2';

/** Makes a schema that validates with a function. */
function validating(validate: (value: unknown) => unknown): NonNullable<JobDefinition['schema']> {
  return { '~standard': { version: 1, vendor: 'test', validate: validate as never } };
}

/** Redrives one letter that is refused; returns the error. */
async function refusalOf(
  options: Partial<JobDefinition['options']> & Pick<Partial<JobDefinition>, 'schema'>,
  redrive: RedriveOptions = {},
  middleware: readonly EnqueueMiddleware[] = [],
): Promise<JobsError> {
  const { payments, dead, letter } = lettersQueues(middleware);
  payments.register(defineJob({ name: 'refund', ...options, handler: async () => 1 } as never));
  await letter(1, { name: 'refund', payload: { cents: 1, pin } });
  const done = deadLetters(dead).redrive({}, { to: payments, ...redrive });
  const error = await done.then(
    () => expect.fail('nothing was refused'),
    (thrown) => thrown as JobsError,
  );
  expect((await dead.getStats()).total).toBe(1);
  expect((await payments.getStats()).total).toBe(0);
  return error;
}

describe('a redrive whose letter is refused by something that throws', () => {
  it('names the letter and what was thrown, and hides what that says of the payload', async () => {
    const cause = new TypeError(`no such pin: ${pin}`);
    const throws = [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
    ];
    const repair = (payload: unknown) => ({ ...(payload as object) });
    for (const validate of throws) {
      for (const redrive of [{}, { repair }]) {
        const error = await refusalOf({ schema: validating(validate) }, redrive);
        expect(error).toMatchObject({
          code: 'JOBS_INVALID_PAYLOAD',
          details: { letter: 'letter-1', jobName: 'refund' },
          cause: { cause },
        });
        expect(error.message).toMatch(
          /`letter-1`.*job `refund`.*threw `TypeError: no such pin: <string>`.*are kept/,
        );
        expect(error.message).not.toContain(pin);
      }
    }
  });

  it('says the same of a middleware, and of what is no error', async () => {
    const refuses: EnqueueMiddleware = (payload) => {
      throw `refused: ${(payload as { pin: string }).pin}`;
    };
    const error = await refusalOf({}, {}, [refuses]);
    expect(error).toMatchObject({ code: 'JOBS_INVALID_PAYLOAD', details: { letter: 'letter-1' } });
    expect(error.message).toMatch(/job `refund`.*refused: <string>/);
    expect(error.message).not.toContain(pin);
  });

  it('hides what a migration made of the payload, as no letter tells what that is', async () => {
    const made = 'split-from-the-payload';
    const error = await refusalOf({
      version: 2,
      migrate: { 1: () => ({ secret: made }) },
      schema: validating(() => ({ issues: [{ message: `was ${made}`, path: ['secret'] }] })),
    } as never);
    expect(error).toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
      details: { letter: 'letter-1', issues: [{ path: 'payload.secret' }] },
    });
    expect(inspect(error, { depth: 10 })).not.toContain(made);
  });

  it('leaves the words of a schema about a payload as it is stored', async () => {
    const schema = v.object({ cents: v.literal(2), pin: v.string() });
    expect((await refusalOf({ schema })).message).toMatch(/`payload.cents`.*Expected 2/);
  });
});
