import { expect, test } from 'vitest';
import { madeUp } from '../../test/corpus/made-up.ts';
import type { LogLine } from '../contract/log-store.ts';
import type { Job } from '../queue/job.ts';
import { redactText } from './redact-text.ts';
import { createRedactor } from './redactor.ts';
import { unmask } from './unmask.ts';

/** The lines of a private key, as `openssl` writes them. */
const KEY: readonly string[] = [
  '-----BEGIN PRIVATE KEY-----',
  ...Array.from({ length: 24 }, (_, index) => madeUp(64, index + 60)),
  madeUp(23, 99),
  '-----END PRIVATE KEY-----',
];
const CONFIG = { host: 'db', credentials: { user: 'sa', value: ['p}1', 'open sesame'] }, port: 7 };
const redactor = createRedactor();

function jobWith(payload: unknown): Job {
  return {
    ...{ id: '1', queueName: 'default', name: 'work', status: 'failed', progress: 0, metadata: {} },
    ...{ attemptsMade: 1, maxAttempts: 1, priority: 0, version: 1, fencingToken: 1 },
    ...{ stalledCount: 0, createdAt: new Date(0), runAt: new Date(0), payload },
  };
}

function logged(lines: readonly string[], payload: unknown = {}): string[] {
  const log = lines.map((message, at): LogLine => ({ at, attempt: 1, message }));
  return redactor.logs(jobWith(payload), log).map(({ message }) => message);
}

test('each line of a private key in a log is masked, and no other', () => {
  expect(logged(['before', ...KEY, 'after'])).toEqual([
    'before',
    ...KEY.map(() => '[redacted]'),
    'after',
  ]);
});

test.each([
  ['its first lines are gone', KEY.slice(5)],
  ['its last lines are not there yet', KEY.slice(0, 9)],
  ['it is written as a list', KEY.slice(5).map((line) => `  '${line}\\n' +`)],
])('a part of a private key is masked where %s', (_, lines) => {
  expect(logged(['going on', 'with it', ...lines]).join('\n')).toMatch(
    /^going on\nwith it\n[^\n]*\[redacted\]/,
  );
  expect(logged(['going on', 'with it', ...lines]).join('\n')).not.toMatch(/\w{20}/);
});

test('lines of a private key are masked whose first and last lines are both gone', () => {
  const middle = KEY.slice(5, 12);
  expect(logged(['going on', ...middle, 'with it'])).toEqual([
    'going on',
    ...middle.map(() => '[redacted]'),
    'with it',
  ]);
  expect(logged(middle).join('\n')).not.toMatch(/\w{20}/);
  expect(logged(['on', ...KEY.slice(20, -1), 'off']).join('\n')).not.toMatch(/\w{20}/);
  const text = `was\n${middle.join('\r\n')}\nof ada`;
  for (const one of [text, JSON.stringify(text), JSON.stringify(JSON.stringify(text))]) {
    expect(redactText(one)).not.toMatch(/\w{20}/);
    expect(redactText(one)).toMatch(/was.*of ada/s);
  }
});

test('lines that look like those of a private key are shown where they are none', () => {
  const digests = Array.from({ length: 4 }, (_, at) => `${at}f3a`.repeat(16)).join('\n');
  const certificate = [
    '-----BEGIN CERTIFICATE-----',
    ...KEY.slice(1, 9),
    '-----END CERTIFICATE-----',
  ].join('\n');
  for (const harmless of [digests, certificate, KEY[3] as string]) {
    expect(redactText(harmless)).toBe(harmless);
  }
});

test('the rest of a private key in one text is masked, also where line ends are escaped', () => {
  const rest = `was ${KEY.slice(3).join('\n')} of ada`;
  expect(redactText(rest)).not.toMatch(/\w{20}/);
  expect(redactText(rest)).toMatch(/^was .*of ada$/s);
  expect(redactText(JSON.stringify(rest))).not.toMatch(/\w{20}/);
});

test('a nested secret in a log of several lines is masked', () => {
  const lines = logged(['read', ...JSON.stringify(CONFIG, null, 2).split('\n'), 'done']);
  expect(lines.join('\n')).not.toMatch(/sesame|p}1/);
  expect(lines.join('\n')).toContain('"host": "db"');
  expect(lines.join('\n')).toContain('"port": 7\n}\ndone');
});

test('a secret of several lines in the payload is masked in the lines of the log', () => {
  const note = 'twelve words\nto open it all';
  expect(logged(['is', ...note.split('\n'), 'it?'], { passphrase: note })).toEqual([
    'is',
    '[redacted]',
    '[redacted]',
    'it?',
  ]);
});

test.each(['job', 'whole', 'row'] as const)('%s masks a key in a list of lines', (how) => {
  const { payload } = redactor[how](jobWith({ lines: ['a', ...KEY.slice(0, 4)], n: [1, 'b'] }));
  expect(payload).toEqual({
    lines: ['a', ...Array(4).fill('[redacted]')],
    n: [1, 'b'],
  });
});

const NAMED = {
  headers: [
    { name: 'X-Api-Key', value: 'open sesame' },
    { name: 'accept', value: 'text/html' },
  ],
  env: [{ Key: 'DB_PASSWORD', Value: 'open sesame' }],
  pairs: [
    ['password', 'open sesame'],
    ['user', 'ada'],
  ],
  rawHeaders: ['Host', 'example.org', 'X-Auth', 'open sesame', 'Accept', 'text/html'],
  ...{ socialSecurityNumber: '078-05-1120', mfaCode: '271828' },
};
const HIDDEN = /sesame|078-05|271828/;

test('a value is masked by the name beside it, wherever that value occurs', () => {
  const error = { name: 'Error', message: 'open sesame' };
  const shown = JSON.stringify(redactor.job({ ...jobWith(NAMED), error }));
  expect(shown).not.toMatch(HIDDEN);
  for (const other of ['X-Api-Key', 'text/html', 'ada', 'example.org', 'Accept']) {
    expect(shown).toContain(other);
  }
});

test('a value is masked by the name beside it in a text, too', () => {
  for (const text of [JSON.stringify(NAMED), JSON.stringify(JSON.stringify({ NAMED }))]) {
    expect(redactText(`sent ${text}`)).not.toMatch(HIDDEN);
    expect(redactText(`sent ${text}`)).toContain('text/html');
  }
  expect(logged(JSON.stringify(NAMED, null, 2).split('\n')).join('\n')).not.toMatch(HIDDEN);
});

test('an edit keeps a value that is masked by the name beside it', () => {
  const edited = redactor.editable(NAMED);
  expect(JSON.stringify(edited)).not.toMatch(HIDDEN);
  expect(unmask(edited, NAMED, redactor)).toEqual(NAMED);
});

test.each([
  'mysql -h db -uada -pSESAME shop',
  'mysqldump -pSESAME',
  'redis-cli -h cache -a SESAME ping',
  'redis-cli --pass SESAME ping',
  'sshpass -p SESAME ssh ada@example.org',
  'docker login -u ada -p SESAME registry.example.org',
])('%j shows no password', (command) => {
  expect(redactText(`Command failed: ${command}`)).not.toContain('SESAME');
});

test.each(['mysql -P 3306 -p', 'docker run -p 8080:80 nginx', 'ls -a /tmp'])(
  '%j is left alone',
  (command) => {
    expect(redactText(command)).toBe(command);
  },
);
