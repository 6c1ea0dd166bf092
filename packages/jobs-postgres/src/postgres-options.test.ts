import pg from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { createQueue } from './create-queue.ts';
import { postgresBackend } from './postgres-backend.ts';
import { checkPostgresOptions } from './postgres-options.ts';
import { migrationSql } from './schema/migrations.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes the database from DATABASE_URL by default', () => {
  vi.stubEnv('DATABASE_URL', 'postgresql://db.example.com/shop');
  expect(checkPostgresOptions({})).toEqual({
    target: 'postgresql://db.example.com/shop',
    schema: 'philjs_jobs',
    migrate: true,
    listen: true,
  });
  vi.stubEnv('DATABASE_URL', '');
  expect(checkPostgresOptions({}).target).toBe('postgres://localhost:5432');
});

it.each([
  { postgres: 5 },
  { postgres: 'redis://localhost' },
  { postgres: { query: () => undefined } },
  { schema: '' },
  { schema: 'ü'.repeat(32) },
  { schema: 'a\0b' },
  { schema: 'pg_jobs' },
  { migrate: 'no' },
  { listen: 1 },
  { backend: () => undefined },
])('refuses %j', (options) => {
  expect(() => createQueue(options as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});

it('suggests its own option for a near miss', () => {
  expect(() => createQueue({ shema: 'jobs' } as never)).toThrow(
    expect.objectContaining({ details: { field: 'createQueue.shema', suggestion: 'schema' } }),
  );
});

it.each([
  'mysql://root:secret@localhost',
  'postgres://me:secret#1@localhost/shop',
  'postgres://me:secret@localhost:x/shop',
  'postgres://me:secret@one:1,two:99999/shop',
])('shows no password of a URL it refuses: %s', (url) => {
  const isOurs = url.startsWith('postgres:');
  for (const postgres of isOurs ? [url, { connectionString: url }] : [url]) {
    expect(() => checkPostgresOptions({ postgres })).toThrow(
      expect.objectContaining({
        code: 'JOBS_INVALID_ARGUMENT',
        message: expect.not.stringContaining('secret'),
      }),
    );
  }
});

it.each([
  ['host', 'postgres://me:secret@localhost'],
  ['host', 'me:secret@localhost'],
  ['host', 5],
  ['port', 'postgres://me:secret@localhost'],
  ['port', '5432 secret'],
  ['port', 70_000],
  ['port', -1],
])('refuses a configuration with the %s %j, and shows no password', (name, value) => {
  expect(() => checkPostgresOptions({ postgres: { [name]: value } })).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.not.stringContaining('secret'),
      details: expect.objectContaining({ field: `postgres.${name}` }),
    }),
  );
});

it.each([
  {},
  { host: undefined, port: undefined },
  { host: '', port: null },
  { host: '/var/run/postgresql', port: '5432' },
  { host: 'db.example.com', port: 6543 },
  { host: '::1' },
])('takes the configuration %j', (postgres) => {
  expect(checkPostgresOptions({ postgres }).target).toBe(postgres);
});

it.each([
  'postgres://localhost',
  'postgres:///shop',
  'postgres://me:secret@/shop?host=/tmp',
  'postgres://me:a b%zz@one:5432,two/shop?target_session_attrs=read-write',
  'postgresql://[::1]:5432/shop',
  'postgres://%2Fvar%2Frun%2Fpostgresql/shop',
])('takes %s', (postgres) => {
  expect(checkPostgresOptions({ postgres }).target).toBe(postgres);
});

it.each([[''], ['a\0b'], [5], ['jobs', -1], ['jobs', 1.5], ['jobs', 1000], ['jobs', '1']])(
  'writes no SQL for %j',
  (...args) => {
    expect(() => migrationSql(...(args as [string, number]))).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  },
);

it('refuses the configuration of a pool of one connection, unless it need not listen', () => {
  const postgres = { max: 1 };
  expect(() => checkPostgresOptions({ postgres })).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      message: expect.stringContaining('listen: false'),
    }),
  );
  expect(checkPostgresOptions({ postgres, listen: false }).target).toBe(postgres);
  const pool = new pg.Pool({ max: 1 });
  // The queue listens beside it.
  expect(checkPostgresOptions({ postgres: pool }).target).toBe(pool);
});

it('refuses an option it does not know', () => {
  expect(() => postgresBackend({ schemas: 'shop' } as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
