import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { AddressRules } from './address-rules.ts';
import type { Lookup } from './checked-lookup.ts';
import { type Answer, Sender } from './post-message.ts';

/** A sender whose names are looked up when the test says so. */
function senderTo(address: string) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const lookup: Lookup = (name, _options, callback) => {
    asked.push(name);
    answers.push(() => callback(null, [{ address, family: 4 }]));
  };
  const rules = new AddressRules({ http: true, addresses: ['127.0.0.0/8'] });
  const sender = new Sender(rules, lookup);
  onTestFinished(() => sender.close());
  const post = (url: string): Promise<Answer> => {
    const { signal } = new AbortController();
    return sender.post({ url: new URL(url), headers: {}, body: '{}', timeoutMs: 60_000, signal });
  };
  const answerAll = (): void => {
    for (const answer of answers.splice(0)) answer();
  };
  return { sender, asked, answers, answerAll, post };
}

async function receiver(): Promise<number> {
  const server = createServer((_, response) => void response.writeHead(204).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

// Node looks up two names at a time, for all that a process connects to.
test('a name whose server does not answer is asked for once, however many messages wait for it', async () => {
  const port = await receiver();
  const { sender, asked, answers, answerAll, post } = senderTo('127.0.0.1');
  const posts = Array.from({ length: 5 }, () => post(`http://slow.example.com:${port}/`));
  const other = post(`http://other.example.com:${port}/`);
  await expect.poll(() => answers.length).toBe(2);
  answerAll();
  expect(await Promise.all([...posts, other])).toEqual(Array(6).fill({ status: 204 }));
  expect(asked).toEqual(['slow.example.com', 'other.example.com']);
  // The answer is not kept: the address may change.
  sender.close();
  const later = post(`http://slow.example.com:${port}/`);
  await expect.poll(() => answers.length).toBe(1);
  answerAll();
  expect(await later).toEqual({ status: 204 });
});

test('each of the messages that wait for a name is refused when it leads to a private address', async () => {
  const { asked, answers, answerAll, post } = senderTo('10.0.0.1');
  const posts = Array.from({ length: 3 }, () =>
    post('http://slow.example.com/').catch((error: unknown) => String(error)),
  );
  await expect.poll(() => answers.length).toBe(1);
  answerAll();
  for (const error of await Promise.all(posts)) expect(error).toMatch(/RefusedAddressError/);
  expect(asked).toHaveLength(1);
});
