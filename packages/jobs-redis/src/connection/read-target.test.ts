import { Cluster, Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { addressOf, readTarget } from './read-target.ts';

const optionsOf = (...args: Parameters<typeof readTarget>): unknown => {
  const target = readTarget(...args);
  return target.kind === 'server' ? target.options : target;
};

test('connects to 127.0.0.1:6379 when nothing is said', () => {
  expect(optionsOf(undefined, {})).toMatchObject({ host: '127.0.0.1', port: 6379 });
});

test('reads the environment, the URL first', () => {
  const parts = { REDIS_HOST: 'db', REDIS_PORT: '6380', REDIS_PASSWORD: 'secret', REDIS_DB: '2' };
  expect(optionsOf(undefined, parts)).toEqual({
    host: 'db',
    port: 6380,
    password: 'secret',
    db: 2,
  });
  expect(optionsOf(undefined, { ...parts, REDIS_URL: 'redis://other:7000' })).toEqual({
    host: 'other',
    port: 7000,
  });
  expect(optionsOf(undefined, { REDIS_PASSWORD: 'secret' })).toMatchObject({ host: '127.0.0.1' });
});

test('reads every part of a URL', () => {
  expect(optionsOf('rediss://ada:p%40ss@example.com:6390/3')).toEqual({
    host: 'example.com',
    port: 6390,
    username: 'ada',
    password: 'p@ss',
    db: 3,
    tls: {},
  });
  expect(optionsOf('redis://[::1]')).toEqual({ host: '::1', port: 6379 });
  expect(optionsOf('redis://a?db=4')).toMatchObject({ db: 4 });
});

test('takes options, leaving out what is undefined', () => {
  expect(optionsOf({ host: 'a', port: 1, password: undefined })).toEqual({ host: 'a', port: 1 });
});

test('tells the addresses of masters apart that Sentinels name', () => {
  const addresses = ['one', 'other'].map((name) =>
    addressOf(readTarget({ sentinels: [{ host: 'a', port: 26_379 }, { host: 'b' }], name, db: 2 })),
  );
  expect(addresses).toEqual(['a:26379,b:26379/one/2', 'a:26379,b:26379/other/2']);
});

test('takes clients and clusters as they are', () => {
  const client = new Redis({ lazyConnect: true });
  const cluster = new Cluster(['redis://127.0.0.1:1'], { lazyConnect: true });
  expect(readTarget(client)).toEqual({ kind: 'client', client });
  expect(readTarget(cluster)).toEqual({ kind: 'client', client: cluster });
});

test.each([
  'http://127.0.0.1:6379',
  'localhost:6379',
  'redis://127.0.0.1:70000',
  'redis://127.0.0.1:0',
  'redis://127.0.0.1/x',
  'not a url',
  '',
  { port: 70_000 },
  { port: '6379' },
  { db: -1 },
  'redis://:%zz@h',
  { host: '' },
  { host: 'redis://:hunter2@h' },
  { password: 12 },
  { keyPrefix: 'p:' },
  { url: 'redis://a' },
  { sentinels: 'redis://a' },
  [],
  null,
  7,
])('refuses %j, naming the field', (address) => {
  expect(() => readTarget(address as never, {})).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      details: expect.objectContaining({ field: expect.stringMatching(/^redis/) }),
    }),
  );
});

test('refuses a client of another package, with options or without', () => {
  const client = { connect: () => 0, disconnect: () => 0, duplicate: () => 0 };
  for (const other of [client, { ...client, options: { url: 'redis://a' } }]) {
    expect(() => readTarget(other as never, {})).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT', details: expect.anything() }),
    );
  }
});

test.each([
  [{ REDIS_URL: 'mysql://u:hunter2@h' }, 'REDIS_URL'],
  [{ REDIS_URL: 'hunter2@h:99999' }, 'REDIS_URL'],
  [{ REDIS_PORT: 'x', REDIS_PASSWORD: 'hunter2' }, 'REDIS_PORT'],
  [{ REDIS_URL: 'redis://:hunter2%zz@h' }, 'REDIS_URL'],
  [{ REDIS_URL: 'redis://h/hunter2@x' }, 'REDIS_URL'],
  [{ REDIS_HOST: 'redis://:hunter2@h' }, 'REDIS_HOST'],
  [{ REDIS_HOST: 'u:hunter2@h' }, 'REDIS_HOST'],
  [{ REDIS_PORT: 'tcp://u:hunter2@h:1' }, 'REDIS_PORT'],
  [{ REDIS_DB: '1.5', REDIS_PASSWORD: 'hunter2' }, 'REDIS_DB'],
])('refuses a bad environment %j without showing the password', (env, field) => {
  const refuse = (): unknown => readTarget(undefined, env);
  expect(refuse).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
  expect(refuse).not.toThrow(/hunter2/);
});

test('refuses a client whose keys have a prefix of ioredis', () => {
  const client = new Redis({ lazyConnect: true, keyPrefix: 'p:' });
  expect(() => readTarget(client)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
