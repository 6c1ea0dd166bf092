import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Alert, AlertRule } from '../src/alerts/alert-rule.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { keptLogger, type VirtualSystem, virtualSystem } from './support/system.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Hook {
  readonly url: string;
  readonly received: Received[];
  /** Waits until a number of requests have arrived, and were answered. */
  arrived(count: number): Promise<void>;
}

/** Starts a server that answers each request in turn as given; the last answer stays. */
async function hook(...answers: ((response: ServerResponse) => void)[]): Promise<Hook> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers[received.length - 1] ?? answers.at(-1);
      if (answer === undefined) response.end('ok');
      else answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook/secret-path?key=secret-key`,
    received,
    arrived: (count) => expect.poll(() => received.length).toBeGreaterThanOrEqual(count),
  };
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers).end('never read');
  };

/** Starts a monitor of a queue without workers, which is a problem as soon as a job waits. */
function watched(
  alerts: readonly AlertRule[],
  options: object = {},
): VirtualSystem & { monitor: Monitor } {
  const system = virtualSystem();
  const monitor = new Monitor(system.queue, undefined, { alerts, ...options });
  onTestFinished(() => monitor.stop());
  return { ...system, monitor };
}

/**
 * Lets what is under way in real time happen, such as the answer to a request: in many turns of the event loop, since
 * a busy machine may let a timer of any length go off before it looks at sockets again.
 */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('sends each problem once when it comes and once when it is over, in the words of the health sentence', async () => {
  const { url, received, arrived } = await hook();
  const { clock, queue, work, monitor } = watched([{ url }], { healthHold: 60_000 });
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await arrived(1);
  const [problem] = (await monitor.getHealth()).problems;
  // It flickers: gone for a moment, and back.
  await queue.process();
  await clock.advance(40_000);
  await queue.stop();
  await queue.enqueue(work, {});
  await clock.advance(40_000);
  await queue.process();
  await clock.advance(180_000);
  await arrived(2);
  await clock.advance(600_000);
  await settled();
  const alerts = received.map(({ body }) => JSON.parse(body) as Alert);
  expect(alerts.map(({ event, problem: { kind } }) => [event, kind])).toEqual([
    ['came', 'no-workers'],
    ['went', 'no-workers'],
  ]);
  expect(alerts[0]).toMatchObject({
    text: problem?.message,
    at: '2026-01-05T10:00:00.000Z',
    problem: { severity: 'critical', queue: 'emails', message: problem?.message },
  });
  expect(alerts[1]?.text).toBe(`Over: ${alerts[1]?.problem.message}`);
  expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(received[0]?.headers).not.toHaveProperty('x-philjs-signature');
});

test('signs what it sends, with the time, and adds the headers and the body of the rule', async () => {
  const { url, received, arrived } = await hook();
  const body = ({ text }: Alert): object => ({ blocks: [{ text: `🔔 ${text}` }] });
  const rule = {
    url: new URL(url),
    secret: 'shared',
    headers: { Authorization: 'Bearer x' },
    body,
  };
  const { clock, queue, work, monitor } = watched([rule]);
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await arrived(1);
  const [{ headers, body: sent, path }] = received as [Received];
  expect(path).toBe('/hook/secret-path?key=secret-key');
  expect(JSON.parse(sent)).toEqual({ blocks: [{ text: expect.stringContaining('🔔 `emails`') }] });
  expect(headers.authorization).toBe('Bearer x');
  const [, seconds, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
    String(headers['x-philjs-signature']),
  ) as unknown as [string, string, string];
  expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
  expect(digest).toBe(createHmac('sha256', 'shared').update(`${seconds}.${sent}`).digest('hex'));
});

test('tries again after 5xx, 429 and a connection that ends, when Retry-After says or after 1 s, 2 s, 4 s', async () => {
  const { url, received, arrived } = await hook(
    status(503),
    status(429, { 'retry-after': '30' }),
    (response) => response.destroy(),
    status(204),
  );
  const { clock, queue, work, monitor, logger } = watched([{ url }]);
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await arrived(1);
  await settled();
  await clock.advance(999);
  await settled();
  expect(received).toHaveLength(1);
  await clock.advance(1);
  await arrived(2);
  await settled();
  await clock.advance(29_000);
  await settled();
  expect(received).toHaveLength(2);
  await clock.advance(1000);
  await arrived(3);
  await settled();
  await clock.advance(4000);
  await arrived(4);
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(logger.lines.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('reads a Retry-After without a zone in GMT, wherever it runs', async () => {
  vi.stubEnv('TZ', 'America/New_York');
  const { url, received, arrived } = await hook(
    status(503, { 'retry-after': 'Mon Jan  5 10:00:30 2026' }),
  );
  const { clock, queue, work, monitor } = watched([{ url }]);
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await arrived(1);
  await settled();
  await clock.advance(30_000);
  await arrived(2);
  expect(received).toHaveLength(2);
});

test.each([
  ['a refusal', status(404), 1, 'status 404'],
  ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), 1, 'redirects'],
  ['errors without end', status(500), 2, 'status 500'],
] as const)(
  'gives up after %s, and logs no part of the address but its host',
  async (_, answer, count, why) => {
    const { url, received, arrived } = await hook(answer);
    const { clock, queue, work, monitor, logger } = watched([{ url, attempts: 2 }]);
    await queue.enqueue(work, {});
    monitor.start();
    await clock.settle();
    await arrived(1);
    await settled();
    await clock.advance(20_000);
    await arrived(count);
    await settled();
    await clock.advance(20_000);
    await settled();
    expect(received).toHaveLength(count);
    const line = logger.lines.find((one) => one.startsWith('error'));
    expect(line).toContain(`${new URL(url).host} did not take "\`emails\` has no workers`);
    expect(line).toContain(why);
    expect(logger.lines.join('\n')).not.toContain('secret');
  },
);

test('a webhook that hangs costs one timeout an attempt, and holds up neither another nor the monitor', async () => {
  const hanging = await hook(() => undefined);
  const quick = await hook();
  const rules = [{ url: hanging.url, timeout: 5000, attempts: 1 }, { url: quick.url }];
  const { clock, queue, work, monitor, logger } = watched(rules);
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await hanging.arrived(1);
  await quick.arrived(1);
  await clock.advance(5000);
  await settled();
  expect(logger.lines).toContainEqual(expect.stringContaining('no answer within 5000 ms'));
  monitor.stop();
});

test('sends only the problems that a rule selects', async () => {
  const { url, received, arrived } = await hook();
  const at = (path: string): string => new URL(path, url).href;
  const { clock, queue, work, monitor } = watched([
    { url: at('/all') },
    { url: at('/critical'), when: { severity: 'critical' } },
    { url: at('/other'), when: { queues: ['other'] } },
    { url: at('/paused'), when: { kinds: ['paused'], queues: ['emails'] } },
  ]);
  await queue.pause();
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await arrived(2);
  await settled();
  const paths = received.map(({ path, body }) => [path, (JSON.parse(body) as Alert).problem]);
  expect(paths.filter(([path]) => path === '/other')).toEqual([]);
  for (const [path, problem] of paths) {
    if (path === '/critical') expect(problem).toMatchObject({ severity: 'critical' });
    if (path === '/paused') expect(problem).toMatchObject({ kind: 'paused' });
  }
  expect(paths.filter(([path]) => path === '/paused')).toHaveLength(1);
});

test('a rule whose body throws is logged, and the next alert is sent', async () => {
  const { url, received, arrived } = await hook();
  let calls = 0;
  const body = ({ text }: Alert): unknown => {
    calls += 1;
    if (calls === 1) throw new Error('no such field');
    return { text };
  };
  const { clock, queue, work, monitor, logger } = watched([{ url, body }], { healthHold: 0 });
  await queue.enqueue(work, {});
  monitor.start();
  await clock.settle();
  await queue.process();
  await clock.advance(120_000);
  await arrived(1);
  expect(JSON.parse(received[0]?.body ?? '').text).toContain('Over: ');
  expect(logger.lines).toContainEqual(expect.stringContaining('`body` of an alert failed'));
});

test.each([
  [{ url: 'ftp://example.org' }],
  [{ url: 'not a url' }],
  [{}],
  [{ url: 'https://example.org', secret: '' }],
  [{ url: 'https://example.org', when: { severity: 'info' } }],
  [{ url: 'https://example.org', when: { kinds: 'paused' } }],
  [{ url: 'https://example.org', headers: { 'bad header': 'x' } }],
  [{ url: 'https://example.org', attempts: 0 }],
  [{ url: 'https://example.org', timeout: -1 }],
  [{ url: 'https://example.org', methode: 'PUT' }],
])('refuses the rule %j', (rule) => {
  const { queue } = virtualSystem();
  const make = (): Monitor => new Monitor(queue, undefined, { alerts: [rule as never] });
  expect(make).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }));
  expect(keptLogger().lines).toEqual([]);
});
