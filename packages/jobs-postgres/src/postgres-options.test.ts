import { afterEach, expect, it, vi } from 'vitest';
import { createQueue } from './create-queue.ts';
import { checkPostgresOptions } from './postgres-options.ts';

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
  { migrate: 'no' },
  { listen: 1 },
  { backend: () => undefined },
])('refuses %j', (options) => {
  expect(() => createQueue(options as never)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});

it('shows no password of a URL it refuses', () => {
  const url = 'mysql://root:secret@localhost';
  expect(() => checkPostgresOptions({ postgres: url })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  );
});
