import 'reflect-metadata';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { toNodeHandler } from '../src/serve/node-handler.ts';
import {
  type ServedDashboard,
  type ServeOptions,
  serveDashboard,
} from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act } from './support/request.ts';
import { serve } from './support/serve.ts';
import { virtualSystem } from './support/system.ts';

function dashboardOf(queue = virtualSystem().queue): Dashboard {
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none', permissions: PERMISSIONS });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

/** Serves a dashboard until the test ends. */
async function served(
  options: ServeOptions,
  queue = virtualSystem().queue,
): Promise<ServedDashboard> {
  const dashboard = await serveDashboard(new Monitor(queue), options);
  onTestFinished(() => dashboard.close());
  return dashboard;
}

/** Goes through a dashboard as a browser does: page, style, another page, an action. */
async function walk(url: string): Promise<void> {
  const overview = await fetch(url);
  expect(overview.status).toBe(200);
  const page = await overview.text();
  const follow = (pattern: RegExp): string =>
    new URL(pattern.exec(page)?.[1] ?? 'missing', url).href;
  const style = await fetch(follow(/<link rel="stylesheet" href="([^"]+)"/));
  expect([style.status, style.headers.get('content-type')]).toEqual([
    200,
    'text/css; charset=utf-8',
  ]);
  const jobs = follow(/href="([^"]+)"[^>]*>Jobs</);
  expect((await fetch(jobs)).status).toBe(200);
  const { status } = await fetch(new URL('../-/do/pause', jobs), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(url).origin },
    body: JSON.stringify({ queue: 'emails' }),
  });
  expect(status).toBe(200);
}

describe('mounted', () => {
  test.each(['/jobs', '/jobs/', '/admin/jobs/'])('in node:http, at %s', async (mount) => {
    const { queue } = virtualSystem();
    await walk((await serve(toNodeHandler(dashboardOf(queue)))) + mount);
    expect(await queue.isPaused()).toBe(true);
  });

  test.each(['/jobs', '/jobs/'])('in Express, at %s', async (mount) => {
    const { queue } = virtualSystem();
    const app = express();
    app.use('/jobs', toNodeHandler(dashboardOf(queue)));
    await walk((await serve(app)) + mount);
    expect(await queue.isPaused()).toBe(true);
  });

  test('in Express, after something that reads bodies', async () => {
    const { queue } = virtualSystem();
    const app = express();
    app.use(express.json());
    app.use('/jobs', toNodeHandler(dashboardOf(queue)));
    await walk(`${await serve(app)}/jobs`);
    expect(await queue.isPaused()).toBe(true);
  });

  test.each(['/jobs', '/jobs/'])('in Fastify, at %s', async (mount) => {
    const { queue } = virtualSystem();
    const answer = toNodeHandler(dashboardOf(queue));
    const app = fastify();
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _body, done) => done(null));
      scope.all('/jobs', (request, reply) => answer(request.raw, reply.hijack().raw));
      scope.all('/jobs/*', (request, reply) => answer(request.raw, reply.hijack().raw));
    });
    onTestFinished(() => app.close());
    await walk((await app.listen({ port: 0, host: '127.0.0.1' })) + mount);
    expect(await queue.isPaused()).toBe(true);
  });

  test.each(['/jobs', '/jobs/'])('in Nest, at %s', async (mount) => {
    const { queue } = virtualSystem();
    class AppModule {}
    Module({})(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false });
    app.use('/jobs', toNodeHandler(dashboardOf(queue)));
    await app.listen(0, '127.0.0.1');
    onTestFinished(() => app.close());
    await walk((await app.getUrl()) + mount);
    expect(await queue.isPaused()).toBe(true);
  });

  test.each(['/jobs', '/jobs/'])('in Hono, at %s', async (mount) => {
    const { queue } = virtualSystem();
    const dashboard = dashboardOf(queue);
    const app = new Hono();
    app.all('/jobs/*', (c) => dashboard.fetch(c.req.raw));
    await walk((await serve(getRequestListener(app.fetch))) + mount);
    expect(await queue.isPaused()).toBe(true);
  });

  test('over HTTP/2, which knows no connections to close', async () => {
    const dashboard = dashboardOf();
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const server = http2.createServer(toNodeHandler(dashboard) as never);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      process.off('warning', onWarning);
      client.destroy();
      server.close();
    });
    const statusOf = (path: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const stream = client.request({ ':path': path });
        stream.once('error', reject).once('response', (headers) => {
          stream.close();
          resolve(headers[':status']);
        });
      });
    expect([await statusOf('/'), await statusOf('/-/live/overview')]).toEqual([200, 200]);
    dashboard.close();
    expect(await statusOf('/-/live/overview')).toBe(503);
    await new Promise((resolve) => setImmediate(resolve)); // when warnings are emitted
    expect(warnings).toEqual([]);
  });

  test('behind what cuts off where it is mounted', async () => {
    const { queue } = virtualSystem();
    const dashboard = dashboardOf(queue);
    const app = new Hono();
    app.mount('/jobs', dashboard.fetch);
    await walk(`${await serve(getRequestListener(app.fetch))}/jobs/`);
    expect(await queue.isPaused()).toBe(true);
  });
});

describe('served', () => {
  test('on this machine, to be walked through', async () => {
    const { url } = await served({ auth: 'none', permissions: PERMISSIONS });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    await walk(url);
  });

  test('to no other visitor without asking who they are', async () => {
    const monitor = new Monitor(virtualSystem().queue);
    for (const hostname of ['0.0.0.0', '::', '192.0.2.1']) {
      await expect(serveDashboard(monitor, { auth: 'none', hostname })).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
      });
    }
  });

  test('under the names of this machine and those allowed', async () => {
    const { url } = await served({ auth: 'none', allowedHosts: ['localhost'] });
    const statusFor = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        socket.once('data', (text) => {
          resolve(Number(String(text).split(' ')[1]));
          socket.destroy();
        });
        socket.once('error', reject);
        socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      });
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor('localhost:80')).toBe(200);
    expect(await statusFor('evil.test')).toBe(403);
    expect(await statusFor('127.0.0.1.evil.test')).toBe(403);
  });

  test('to the first who opens the address with the token, and that browser from then on', async () => {
    const { url } = await served({ auth: 'token' });
    expect((await fetch(new URL('/', url))).status).toBe(401);
    const opened = await fetch(url, { redirect: 'manual' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    expect((await fetch(new URL('/', url), { headers })).status).toBe(200);
    expect((await fetch(url)).status).toBe(401);
    const otherEnd = headers.cookie.endsWith('x') ? 'y' : 'x';
    const guess = { cookie: headers.cookie.slice(0, -1) + otherEnd };
    expect((await fetch(new URL('/', url), { headers: guess })).status).toBe(401);
  });

  test('to the browser of the dashboard before, where it is started again with the same secret', async () => {
    const session = 'x'.repeat(32);
    const before = await served({ auth: 'token', session });
    const opened = await fetch(before.url, { redirect: 'manual' });
    const headers = { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '' };
    const status = async ({ url }: { readonly url: string }): Promise<number> =>
      (await fetch(new URL('/', url), { headers })).status;
    expect(await status(await served({ auth: 'token', session }))).toBe(200);
    expect(await status(await served({ auth: 'token' }))).toBe(401);
    const monitor = new Monitor(virtualSystem().queue);
    for (const options of [
      { auth: 'none', session },
      { auth: 'token', session: 'secret' },
      { auth: 'token', session: `${session};` },
      { auth: 'token', session: 5 as never },
      { auth: 'token', session: null as never },
    ] as const) {
      const refused = await serveDashboard(monitor, options).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        message: expect.not.stringMatching(/`secret`|xxx/),
      });
    }
  });

  test('on a port of its own choice, and with a word when that is taken', async () => {
    const { url } = await served({ auth: 'none' });
    const monitor = new Monitor(virtualSystem().queue);
    const port = Number(new URL(url).port);
    await expect(serveDashboard(monitor, { auth: 'none', port })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { port },
    });
    await expect(serveDashboard(monitor, { auth: 'none', port: 70_000 })).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
    });
  });

  test('until it is closed, open streams or not', async () => {
    const dashboard = await serveDashboard(new Monitor(virtualSystem().queue), { auth: 'none' });
    const stream = await fetch(`${dashboard.url}-/live/overview`);
    await dashboard.close();
    await expect(stream.text())
      .resolves.toBeDefined()
      .catch(() => undefined);
    await expect(fetch(dashboard.url)).rejects.toThrow();
  });
});

describe('closed', () => {
  /** Serves a mounted dashboard, and an agent that keeps its one connection as a browser does. */
  async function mounted(
    dashboard: Dashboard,
  ): Promise<{ server: Server; ask: (path: string) => Promise<IncomingMessage> }> {
    const server = createServer(toNodeHandler(dashboard));
    server.keepAliveTimeout = 0; // what is kept is kept for ever
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const ask = (path: string): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const to = { port, host: '127.0.0.1', path, agent };
        request(to, resolve).once('error', reject).end();
      });
    return { server, ask };
  }

  test('ends its streams and their connections, so that its server closes', async () => {
    const dashboard = dashboardOf();
    const { server, ask } = await mounted(dashboard);
    const stream = await ask('/-/live/overview');
    expect(stream.statusCode).toBe(200);
    dashboard.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await text(stream);
    await closed;
  });

  test('opens no stream on a connection that a browser keeps, and has that closed', async () => {
    const dashboard = dashboardOf();
    const { server, ask } = await mounted(dashboard);
    const page = await ask('/');
    const { localPort } = page.socket;
    expect(page.headers.connection).toBe('keep-alive');
    await text(page);
    dashboard.close();
    const again = await ask('/-/live/overview');
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    expect([again.statusCode, again.headers.connection]).toEqual([503, 'close']);
    expect(again.socket.localPort).toBe(localPort);
    expect(JSON.parse(await text(again))).toMatchObject({
      error: { message: expect.stringContaining('closed') },
    });
    await closed;
  });

  test('refuses pages, data and actions in words, and opens no stream that was on its way', async () => {
    const { queue } = virtualSystem();
    const dashboard = dashboardOf(queue);
    const late = dashboard.fetch(new Request('http://localhost/-/live/overview'));
    dashboard.close();
    expect((await late).status).toBe(503);
    expect((await late).headers.get('connection')).toBe('close');
    const page = await dashboard.fetch(new Request('http://localhost/'));
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('The dashboard is closed');
    const paused = await act(dashboard, 'pause', { queue: 'emails' });
    expect([paused.status, await queue.isPaused()]).toEqual([503, false]);
  });
});

test('a reader that never reads is dropped, and its socket closed', async () => {
  const { clock, queue, work } = virtualSystem();
  // A page of some size, so that the buffers of the machine are full before long.
  const jobId = 'big';
  await queue.enqueue(work, { fail: 'x'.repeat(200_000) }, { jobId });
  const { url } = await served({ auth: 'none', refreshInterval: 250 }, queue);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(`GET /-/live/job?id=${jobId} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 100));
  let isOpen = true;
  void closed.then(() => {
    isOpen = false;
  });
  // Each turn gives the server time for what it does with sockets, which no virtual clock drives.
  for (let turn = 0; turn < 1500 && isOpen; turn += 1) {
    // What has not changed is not sent again.
    await queue.updateJob(jobId, { metadata: { turn } });
    await clock.advance(250);
    await new Promise((resolve) => setImmediate(resolve));
    // Bytes under way hide the end from a socket that does not read.
    if (turn > 300) socket.resume();
  }
  await closed;
});

test('takes a client that leaves in the middle of an action for no failure of its own', async () => {
  const { queue, logger } = virtualSystem();
  const outcomes: string[] = [];
  const audit = ({ outcome }: AuditEvent): number => outcomes.push(outcome);
  const { url } = await served({ auth: 'none', permissions: PERMISSIONS, audit }, queue);
  const { host, port, origin } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const head = [
    'POST /-/do/pause HTTP/1.1',
    `host: ${host}`,
    `origin: ${origin}`,
    'content-type: application/json',
    'content-length: 1000',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"queue":`, () => socket.destroy());
  await vi.waitFor(() => expect(outcomes).toHaveLength(1), { timeout: 120_000 });
  expect(outcomes).toEqual(['400']);
  expect(logger.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(await queue.isPaused()).toBe(false);
});

test('takes a body that something else has read for a failure, which the log tells', async () => {
  const { queue, logger } = virtualSystem();
  const dashboard = dashboardOf(queue);
  const headers = { origin: 'http://localhost', 'content-type': 'application/json' };
  const body = JSON.stringify({ queue: queue.name });
  const url = 'http://localhost/-/do/pause';
  const request = new Request(url, { method: 'POST', headers, body });
  await request.text();
  expect((await dashboard.fetch(request)).status).toBe(500);
  expect(logger.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
});
