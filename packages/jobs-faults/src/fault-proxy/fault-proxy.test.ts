import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { RespSplitter, wordsOf } from './resp-splitter.ts';

/** Long enough for bytes to cross the loopback many times. */
const SOON_MS = 60;

let received = '';
let server: Server;
let serverSockets: Socket[] = [];
let proxy: FaultProxy;

/** Answers each command with `+<name>-<n>`, `n` counting the commands of this connection. */
function answerCommands(socket: Socket): void {
  const splitter = new RespSplitter();
  let count = 0;
  serverSockets.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    for (const command of splitter.push(chunk)) {
      count += 1;
      socket.write(`+${wordsOf(command)[0]}-${count}\r\n`);
    }
  });
}

class Client {
  readonly socket: Socket = connect(proxy.port, proxy.host);
  readonly closed: Promise<void> = new Promise((resolve) =>
    this.socket.on('close', () => resolve()),
  );
  text = '';
  ended: 'end' | 'ECONNRESET' | undefined;

  constructor() {
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString();
    });
    this.socket.on('end', () => (this.ended ??= 'end'));
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.ended = error.code;
    });
  }

  send(...commands: readonly string[]): void {
    this.socket.write(commands.map((command) => `${command}\r\n`).join(''));
  }

  async reads(text: string): Promise<void> {
    while (this.text !== text) await once(this.socket, 'data');
  }
}

beforeEach(async () => {
  received = '';
  serverSockets = [];
  server = createServer(answerCommands).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await createFaultProxy({ target: { port }, protocol: 'resp' });
});

afterEach(async () => {
  await proxy.close();
  await proxy.close();
  server.close();
});

describe('createFaultProxy', () => {
  it('passes everything on while healthy, and the end too', async () => {
    const client = new Client();
    client.send('a', 'b');
    await client.reads('+a-1\r\n+b-2\r\n');
    expect([proxy.connections, proxy.accepted]).toEqual([1, 1]);
    client.socket.end();
    await client.closed;
    expect(client.ended).toBe('end');
  });

  it('carries a megabyte in both directions unchanged', async () => {
    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const target = { port: (echo.address() as AddressInfo).port };
    const tcp = await createFaultProxy({ target });
    const socket = connect(tcp.port, tcp.host);
    const sent = Buffer.alloc(1_000_000, 'The quick brown fox. ');
    socket.end(sent);
    expect(Buffer.concat(await socket.toArray()).equals(sent)).toBe(true);
    await tcp.close();
    echo.close();
  });

  it('latency: delays both directions and keeps the order', async () => {
    const client = new Client();
    proxy.latency(40);
    const startedAt = performance.now();
    client.send('a');
    await once(client.socket, 'connect');
    client.send('b');
    await client.reads('+a-1\r\n+b-2\r\n');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(78);
  });

  it('blackhole: nothing passes, without notice, until it is healed', async () => {
    const before = new Client();
    before.send('a');
    await before.reads('+a-1\r\n');
    proxy.blackhole();
    const during = new Client();
    before.send('b');
    during.send('c');
    await sleep(SOON_MS);
    expect([before.text, during.text, before.ended, during.ended, received]).toEqual([
      '+a-1\r\n',
      '',
      undefined,
      undefined,
      'a\r\n',
    ]);
    proxy.heal();
    await Promise.all([before.reads('+a-1\r\n+b-2\r\n'), during.reads('+c-1\r\n')]);
  });

  it('blackhole: tells a client of a server’s end only once healed', async () => {
    const client = new Client();
    client.send('a');
    await client.reads('+a-1\r\n');
    proxy.blackhole();
    for (const socket of serverSockets) socket.destroy();
    await sleep(SOON_MS);
    expect(client.ended).toBeUndefined();
    proxy.heal();
    await client.closed;
  });

  it('mute: commands arrive, answers do not', async () => {
    const client = new Client();
    client.send('a');
    await client.reads('+a-1\r\n');
    proxy.mute();
    client.send('b');
    await expect.poll(() => received).toBe('a\r\nb\r\n');
    await sleep(SOON_MS);
    expect([client.text, client.ended, received]).toEqual(['+a-1\r\n', undefined, 'a\r\nb\r\n']);
    proxy.heal();
    client.send('c');
    await client.reads('+a-1\r\n+c-3\r\n');
  });

  it('half-open: the client hears no more, without notice; new connections work', async () => {
    const client = new Client();
    client.send('a');
    await client.reads('+a-1\r\n');
    proxy.halfOpen();
    client.send('b');
    await sleep(SOON_MS);
    expect([client.text, client.ended, received]).toEqual(['+a-1\r\n', undefined, 'a\r\n']);
    const other = new Client();
    other.send('c');
    await other.reads('+c-1\r\n');
  });

  it('reset: ends today’s connections with a reset; new ones work', async () => {
    const client = new Client();
    client.send('a');
    await client.reads('+a-1\r\n');
    proxy.reset();
    await client.closed;
    expect(client.ended).toBe('ECONNRESET');
    const other = new Client();
    other.send('b');
    await other.reads('+b-1\r\n');
    expect([proxy.connections, proxy.accepted]).toEqual([1, 2]);
  });

  it('refuse: resets new connections too, until it is healed', async () => {
    proxy.refuse();
    const client = new Client();
    await client.closed;
    expect(client.ended).toBe('ECONNRESET');
    proxy.heal();
    const other = new Client();
    other.send('a');
    await other.reads('+a-1\r\n');
  });

  it('resets clients while the server is down', async () => {
    server.close();
    const client = new Client();
    await client.closed;
    expect(client.ended).toBe('ECONNRESET');
  });
});

describe('intercept', () => {
  it('rewrites the answer of one command, which runs all the same', async () => {
    proxy.intercept({ command: 'B', answer: { error: 'OOM full' } });
    const client = new Client();
    client.send('a', 'b', 'b');
    await client.reads('+a-1\r\n-OOM full\r\n+b-3\r\n');
    expect(received).toBe('a\r\nb\r\nb\r\n');
  });

  it('keeps commands from the server, and answers in their turn', async () => {
    const executed = false;
    proxy.intercept({ command: 'b', answer: { raw: ':7\r\n' }, executed, times: 2 });
    const client = new Client();
    client.send('b', 'a', 'b', 'b');
    await client.reads(':7\r\n+a-1\r\n:7\r\n+b-2\r\n');
    expect(received).toBe('a\r\nb\r\n');
  });

  it('finds a command by any of its words', async () => {
    proxy.intercept({ command: (words) => words.includes('key'), answer: { error: 'READONLY' } });
    const client = new Client();
    client.send('set other', 'set key');
    await client.reads('+set-1\r\n-READONLY\r\n');
  });

  it('loses one answer, or the connection in place of it', async () => {
    proxy.intercept({ command: 'a', answer: 'none' });
    proxy.intercept({ command: 'c', answer: 'reset' });
    const client = new Client();
    client.send('a', 'b');
    await client.reads('+b-2\r\n');
    client.send('c');
    await client.closed;
    expect([client.ended, received]).toEqual(['ECONNRESET', 'a\r\nb\r\nc\r\n']);
  });

  it('forgets interceptions when healed', async () => {
    proxy.intercept({ command: 'a', answer: 'none' });
    proxy.heal();
    const client = new Client();
    client.send('a');
    await client.reads('+a-1\r\n');
  });

  it('is refused by a proxy that reads no protocol', async () => {
    const tcp = await createFaultProxy({ target: { port: proxy.port } });
    expect(() => tcp.intercept({ command: 'a', answer: 'none' })).toThrow(/resp/);
    await tcp.close();
  });
});
