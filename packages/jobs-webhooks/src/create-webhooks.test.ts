import { createQueue } from '@philjs/jobs-memory';
import { describe, expect, it } from 'vitest';
import { OWN_JOBS } from './capture-middleware.ts';
import { createWebhooks } from './create-webhooks.ts';
import { DeliveryError, delayAfter } from './delivery-job.ts';
import { readSecret, signMessage } from './sign-message.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const url = 'https://example.com/hook';
const events = ['completed'] as const;
const endpoint = { url, secret, events };

const [EVENTS, JOBS] = ['endpoints[0].events', 'endpoints[0].jobs'];
const [INCLUDE, ORDERED] = ['endpoints[0].include', 'endpoints[0].ordered'];

describe('createWebhooks', () => {
  it.each([
    ['no receiver', { endpoints: [] }, 'endpoints'],
    ['no URL', { endpoints: [{ ...endpoint, url: 'example.com' }] }, 'endpoints[0].url'],
    [
      'a private address',
      { endpoints: [{ ...endpoint, url: 'https://10.0.0.1' }] },
      'endpoints[0].url',
    ],
    ['no secret', { endpoints: [{ url, events }] }, 'endpoints[0].secret'],
    [
      'two kinds of secrets',
      { endpoints: [{ ...endpoint, secrets: [secret] }] },
      'endpoints[0].secret',
    ],
    [
      'a short secret',
      { endpoints: [{ ...endpoint, secret: 'whsec_c2hvcnQ=' }] },
      'endpoints[0].secret',
    ],
    [
      'a secret without its prefix',
      { endpoints: [{ ...endpoint, secret: secret.slice(6) }] },
      'endpoints[0].secret',
    ],
    [
      'too many secrets',
      { endpoints: [{ url, events, secrets: Array(6).fill(secret) }] },
      'endpoints[0].secrets',
    ],
    ['no event', { endpoints: [{ ...endpoint, events: [] }] }, 'endpoints[0].events'],
    ['an unknown event', { endpoints: [{ ...endpoint, events: ['done'] }] }, 'endpoints[0].events'],
    ['one receiver twice', { endpoints: [endpoint, endpoint] }, 'endpoints[1].url'],
    [
      'unknown content',
      { endpoints: [{ ...endpoint, include: ['error'] }] },
      'endpoints[0].include',
    ],
    ['an unknown option', { endpoints: [endpoint], retries: 5 }, 'createWebhooks.retries'],
    ['an unknown queue', { endpoints: [endpoint], deliverIn: 'hooks' }, 'deliverIn'],
    ['no attempt', { endpoints: [endpoint], retry: { attempts: 0 } }, 'retry.attempts'],
    ['a list with a hole', { endpoints: Array(2) }, 'endpoints[0]'],
    ['a URL in place of a receiver', { endpoints: [`${url}?BwcHBw`] }, 'endpoints[0]'],
    ['a URL in place of a list', { endpoints: `${url}?BwcHBw` }, 'endpoints'],
    ['a URL in place of options', `${url}?BwcHBw`, 'createWebhooks'],
    ['a secret in place of events', { endpoints: [{ ...endpoint, events: secret }] }, EVENTS],
    ['a secret in place of an event', { endpoints: [{ ...endpoint, events: [secret] }] }, EVENTS],
    ['a secret in place of names', { endpoints: [{ ...endpoint, jobs: secret }] }, JOBS],
    ['a secret for content', { endpoints: [{ ...endpoint, include: secret }] }, INCLUDE],
    ['a secret among the content', { endpoints: [{ ...endpoint, include: [secret] }] }, INCLUDE],
    ['a secret for an order', { endpoints: [{ ...endpoint, ordered: secret }] }, ORDERED],
    ['a secret in place of a queue', { endpoints: [endpoint], deliverIn: secret }, 'deliverIn'],
    ['a secret in place of retries', { endpoints: [endpoint], retry: secret }, 'retry'],
    ['a secret in place of networks', { endpoints: [endpoint], allow: secret }, 'allow'],
    ['a secret for a time', { endpoints: [endpoint], timeout: secret }, 'timeout'],
  ])('refuses %s', (_what, options, field) => {
    const make = (): unknown => createWebhooks(createQueue(), options as never);
    expect(make).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
    expect(make).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('BwcHBw') }),
    );
  });

  it('says which event it does not know', () => {
    const options = { endpoints: [{ ...endpoint, events: ['done'] }] };
    expect(() => createWebhooks(createQueue(), options as never)).toThrow('done');
  });

  it('refuses what is no queue', () => {
    expect(() => createWebhooks({} as never, { endpoints: [endpoint] })).toThrow('a queue');
  });

  it('lets no job of its own fail for the workers it loses, whatever the queue allows', async () => {
    const queue = createQueue({ maxStalledCount: 0 });
    const webhooks = createWebhooks(queue, { endpoints: [endpoint] });
    await webhooks.start();
    for (const name of OWN_JOBS) {
      expect(queue.getDefinition(name)?.options.maxStalledCount).toBe(1000);
    }
    await webhooks.stop();
    await queue.close();
  });
});

describe('a signature', () => {
  it('is the one of the specification', () => {
    // The example of the Standard Webhooks specification's reference libraries.
    const key = readSecret('secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: '{"test": 2432232314}',
      at: 1_614_265_330_000,
    };
    expect(signMessage(message, [key])).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('the delay after a try', () => {
  it('grows, is spread, and is at least what the receiver asks for', () => {
    const retry = { delay: 1000, maxDelay: 60_000 };
    for (const [attempt, most] of [
      [1, 1000],
      [2, 3000],
      [3, 9000],
      [9, 60_000],
    ] as const) {
      const delay = delayAfter(retry, attempt, new Error('down'));
      expect(delay).toBeLessThanOrEqual(most);
      expect(delay).toBeGreaterThanOrEqual(most * 0.8);
    }
    expect(delayAfter(retry, 1, new DeliveryError('busy', 30_000))).toBe(30_000);
    expect(delayAfter(retry, 1, new DeliveryError('busy', 999_000))).toBe(60_000);
  });
});
