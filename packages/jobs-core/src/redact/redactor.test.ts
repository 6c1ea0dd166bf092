import { describe, expect, test } from 'vitest';
import type { Job } from '../queue/job.ts';
import { MAX_LENGTH, redactText } from './redact-text.ts';
import { createRedactor } from './redactor.ts';
import { isSensitiveName } from './sensitive-name.ts';
import { unmask } from './unmask.ts';

function jobWith(parts: Partial<Job>): Job {
  return {
    id: '1',
    queueName: 'default',
    name: 'work',
    payload: {},
    status: 'failed',
    progress: 0,
    attemptsMade: 1,
    maxAttempts: 1,
    createdAt: new Date(0),
    runAt: new Date(0),
    priority: 0,
    metadata: {},
    version: 1,
    fencingToken: 1,
    stalledCount: 0,
    ...parts,
  };
}

describe('names', () => {
  test.each([
    'password',
    'userPassword',
    'PASSWORD_HASH',
    'accessToken',
    'refresh_tokens',
    'Authorization',
    'set-cookie',
    'cardNumber',
    'credit_card',
    'cvv',
    'api-key',
    'apikey',
    'clientSecret',
    'session_id',
    'PIN',
  ])('%s is sensitive', (name) => {
    expect(isSensitiveName(name)).toBe(true);
  });

  test.each([
    'email',
    'discard',
    'cardinality',
    'spinner',
    'author',
    'keys',
    'monkey',
    'id',
    'tags',
  ])('%s is not', (name) => {
    expect(isSensitiveName(name)).toBe(false);
  });
});

describe('texts', () => {
  test.each([
    [
      'connect redis://app:hunter2@cache:6379/0 failed',
      'connect redis://[redacted]@cache:6379/0 failed',
    ],
    ['Authorization: Bearer abcdef123456', 'Authorization: [redacted]'],
    ['sent Bearer abcdef123456 to it', 'sent Bearer [redacted] to it'],
    ['Cookie: sid=1; theme=dark\nnext', 'Cookie: [redacted]\nnext'],
    ['login?user=ada&password=hunter2&x=1', 'login?user=ada&password=[redacted]&x=1'],
    ['{"apiKey":"k-123","user":"ada"}', '{"apiKey":"[redacted]","user":"ada"}'],
    ['paid with 4111 1111 1111 1111 today', 'paid with [redacted] today'],
    ['amex 371449635398431', 'amex [redacted]'],
    ['jwt eyJhbGciOi.eyJzdWIiOi.abc123 end', 'jwt [redacted] end'],
  ])('%j hides what is secret', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  test.each([
    'took 1767607200000 ms',
    'order 4111111111111112 of user 42',
    'timeout=30 retries: 3',
    'https://example.org/a?b=c',
    'at handler (file.ts:10:5)',
  ])('%j is left alone', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test('a text longer than a page shows is cut, and a secret at the cut is masked whole', () => {
  const long = redactText('harmless '.repeat(1_000_000));
  expect(long.length).toBeLessThanOrEqual(MAX_LENGTH + 1);
  expect(long.endsWith('…')).toBe(true);
  const cut = redactText(`${'x '.repeat(45)}password=hunter2hunter2 and on`, 101);
  expect(cut).not.toContain('hunter');
  expect(cut.length).toBeLessThan(130);
});

describe('jobs', () => {
  test('lose the values of sensitive fields, and those values wherever else they stand', () => {
    const redactor = createRedactor();
    const job = jobWith({
      payload: { user: 'ada', password: 'correct horse', deep: [{ token: 123456 }] },
      metadata: { note: 'with correct horse' },
      result: { echo: 'correct horse' },
      error: {
        name: 'Error correct horse',
        code: 'E-correct horse',
        message: 'bad password correct horse',
        stack: 'Error: correct horse\n at x',
        cause: { name: 'Error', message: 'code 123456' },
        errors: [{ name: 'Error', message: 'correct horse too' }],
        details: { issues: [{ path: 'payload.password', message: 'not correct horse' }] },
      },
    });
    const failure = { name: 'Error', message: 'correct horse', stack: 'at correct horse' };
    const at = new Date(0);
    const failures = [{ attempt: 1, startedAt: at, failedAt: at, error: failure }];
    const logs = [{ at: 0, attempt: 1, message: 'trying correct horse' }];
    const shown = JSON.stringify([
      redactor.job({ ...job, failures }),
      redactor.row({ ...job, failures }),
      redactor.logs(job, logs),
    ]);
    expect(shown).not.toContain('correct horse');
    expect(shown).not.toContain('123456');
    expect(shown).toContain('ada');
  });

  test('lose a long secret to its end, in each way it is written and beside one that begins alike', () => {
    const long = 'the first twenty-four letters and "more"';
    const longer = `${long} & the end of it`;
    const job = jobWith({
      payload: { password: long, passphrase: longer, secret: long.slice(0, 30) },
      error: {
        name: 'Error',
        message: `plain ${long}|${JSON.stringify(long)}|${encodeURIComponent(long)}|${longer}|`,
      },
    });
    const message = 'plain [redacted]|"[redacted]"|[redacted]|[redacted]|';
    expect(createRedactor().job(job).error?.message).toBe(message);
  });

  test('lose the fields and paths users name', () => {
    const redactor = createRedactor(['iban', 'payload.users.*.email', 'result.total']);
    const job = jobWith({
      payload: { IBAN: 'DE00', users: [{ email: 'a@b.c', name: 'Ada' }], total: 1 },
      result: { total: 99 },
    });
    expect(redactor.job(job)).toMatchObject({
      payload: { IBAN: '[redacted]', users: [{ email: '[redacted]', name: 'Ada' }], total: 1 },
      result: { total: '[redacted]' },
    });
  });

  test('lose those fields in the letter of a dead job too', () => {
    const redactor = createRedactor(['payload.user.email', 'metadata.via']);
    const kept = { payload: { user: { email: 'ada@home' } }, metadata: { via: 'the-back-door' } };
    const error = { name: 'Error', message: 'ada@home came by the-back-door' };
    const letter = redactor.job(jobWith({ name: 'dead-letter', payload: { ...kept, error } }));
    expect(letter.payload).toEqual({
      payload: { user: { email: '[redacted]' } },
      metadata: { via: '[redacted]' },
      error: { name: 'Error', message: '[redacted] came by [redacted]' },
    });
  });

  test('are left alone when asked for', () => {
    const job = jobWith({ payload: { password: 'x' } });
    expect(createRedactor(false).job(job)).toBe(job);
  });

  test('keep dates, maps and big integers that a codec brought back readable', () => {
    const payload = {
      at: new Date(0),
      big: 12345678901234567890n,
      map: new Map([['a', new Set([1])]]),
    };
    expect(createRedactor().job(jobWith({ payload })).payload).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      big: 12345678901234567890n,
      map: { a: [1] },
    });
  });

  test.each([['payload'], [[1]], [['']]])('the option %j is refused', (option) => {
    expect(() => createRedactor(option as never)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});

describe('edits', () => {
  const original = {
    users: [
      { name: 'Ada', password: 'first' },
      { name: 'Bob', password: 'second' },
    ],
  };
  const redactor = createRedactor();

  test('get their secrets back, each in its own place', () => {
    const edited = JSON.parse(JSON.stringify(redactor.editable(original)));
    expect(JSON.stringify(edited)).not.toContain('first');
    edited.users[1].name = 'Robert';
    expect(unmask(edited, original, redactor)).toEqual({
      users: [
        { name: 'Ada', password: 'first' },
        { name: 'Robert', password: 'second' },
      ],
    });
  });

  test.each([
    ['to a name that is not hidden', { users: [], note: '[redacted /payload/users/0/password]' }],
    [
      'to another of the same kind',
      { users: [{ password: '[redacted /payload/users/1/password]' }] },
    ],
    ['to the place of a text', { users: [{ name: '[redacted /payload/users/0/password]' }] }],
  ])('refuse a mask that was moved %s', (_, edited) => {
    expect(() => unmask(edited, original, redactor)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });

  test('show no text in the clear, and put it back where it was not touched', () => {
    const token = `ghp_${'x7Yq'.repeat(9)}`;
    const payload = {
      note: `called with token ${token}`,
      url: 'redis://app:hunter2@cache',
      echo: 'it was first-of-all',
      password: 'first-of-all',
      [`${token}`]: 1,
      inner: { [token]: 'x' },
    };
    const shown = redactor.editable({ ...payload, [token]: undefined });
    expect(JSON.stringify(redactor.editable(payload))).not.toMatch(/ghp_|hunter2|first-of-all/);
    expect(JSON.stringify(shown)).not.toMatch(/ghp_|hunter2|first-of-all/);
    const simple = { note: payload.note, url: payload.url, n: 1 };
    const edited = { ...(redactor.editable(simple) as object), n: 2 };
    expect(unmask(edited, simple, redactor)).toEqual({ ...simple, n: 2 });
  });

  test.each([
    '[redacted]',
    '[redacted /payload/users/9/password]',
    '[redacted /payload/users/1/password]',
    'x[redacted /payload/users/0/password]',
  ])('never store a mask: %s', (mask) => {
    expect(() => unmask({ users: [{ password: mask }] }, original, redactor)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});

test('tags and the key of a fair queue are masked, in a row too', () => {
  const job = jobWith({
    payload: { password: 'hunter2', lines: Array.from({ length: 99 }, () => 'x'.repeat(2000)) },
    tags: ['by hunter2', 'plain'],
    fairKey: 'of hunter2',
  });
  for (const masked of [createRedactor().job(job), createRedactor().row(job)]) {
    expect(masked).toMatchObject({ tags: ['by [redacted]', 'plain'], fairKey: 'of [redacted]' });
  }
});

test.each([
  ['a long list', { items: Array.from({ length: 12_000 }, (_, index) => index) }],
  [
    'many values',
    { deep: Array.from({ length: 400 }, (_, index) => ({ index, list: Array(50).fill(index) })) },
  ],
  ['a list of secrets', { tokens: Array.from({ length: 400 }, (_, index) => `device-${index}`) }],
])('a password behind %s is masked in the error, too', (_, before) => {
  const payload = { ...before, user: { password: 'hunter2' } };
  const error = { name: 'Error', message: 'login with hunter2 refused' };
  const job = jobWith({ payload, error });
  for (const masked of [createRedactor().job(job), createRedactor().row(job)]) {
    expect(masked.error?.message).toBe('login with [redacted] refused');
  }
});

describe('a job that is printed for a program', () => {
  test('is masked whole, whatever its size', () => {
    const redactor = createRedactor();
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const long = `${'word '.repeat(100_000)}${token}${' word'.repeat(100_000)}`;
    const many = Array.from({ length: 30_000 }, (_, index) => index);
    const payload = { long, many, password: 'hunter2', last: 'hunter2' };
    const { payload: shown } = redactor.whole(jobWith({ payload }));
    const text = JSON.stringify(shown);
    expect(text).not.toMatch(/ghp_|hunter2|…|\[more\]/);
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(shown).toMatchObject({ many });
    expect(JSON.stringify(redactor.job(jobWith({ payload })).payload)).toMatch(/…/);
  });
});

describe('the steps of a job', () => {
  const job = { payload: { password: 'open sesame' }, metadata: {}, progress: 0 } as unknown as Job;
  const startedAt = new Date(0);
  const step = { kind: 'step', status: 'completed', startedAt } as const;
  const redactor = createRedactor(['result.user.nick']);

  test('are masked by what the job and each of them hides', () => {
    const error = { name: 'Error', message: 'no silver-otter-33 for open sesame' };
    const steps = [
      {
        ...step,
        name: 'of open sesame',
        result: { token: 'silver-otter-33', user: { nick: 'al' } },
      },
      { ...step, name: 'b', error },
    ];
    expect(redactor.steps(job, steps)).toEqual([
      {
        ...step,
        name: 'of [redacted]',
        result: { token: '[redacted]', user: { nick: '[redacted]' } },
      },
      { ...step, name: 'b', error: { name: 'Error', message: 'no [redacted] for [redacted]' } },
    ]);
    expect(createRedactor(false).steps(job, steps)).toEqual(steps);
  });

  test('are cut where a page shows them, but for their names', () => {
    const steps = ['a', 'b', 'c'].map((name) => ({ ...step, name, result: 'x'.repeat(60_000) }));
    const lengths = (isWhole: boolean): (number | string)[][] =>
      redactor
        .steps(job, steps, isWhole)
        .map(({ name, result }) => [name, (result as string).length]);
    expect(lengths(true).map(([, length]) => length)).toEqual([60_000, 60_000, 60_000]);
    expect(lengths(false).map(([name]) => name)).toEqual(['a', 'b', 'c']);
    expect(lengths(false)[2]?.[1]).toBeLessThan(60_000);
  });
});
