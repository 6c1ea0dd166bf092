import { expect, test } from 'vitest';
import { checkAlerts } from './alert-rule.ts';

const url = 'https://chat.example.org/hook';

test.each([
  ['alerts', { url }],
  ['alerts[0].url', [{ url: 'chat.example.org' }]],
  ['alerts[0].url', [{ url: 'https://me:hunter2@chat.example.org/hook' }]],
  ['alerts[0].url', [{ url: new URL('https://hunter2@chat.example.org/hook') }]],
  ['alerts[0].when.severity', [{ url, when: { severity: 'info' } }]],
  ['alerts[0].when.kinds', [{ url, when: { kinds: 'backlog' } }]],
  ['alerts[0].when.kinds[1]', [{ url, when: { kinds: ['backlog', 'no-worker'] } }]],
  ['alerts[0].when.queues', [{ url, when: { queues: 'emails' } }]],
  ['alerts[0].attempts', [{ url, attempts: 0 }]],
])('refuses `%s` of %j', (field, rules) => {
  expect(() => checkAlerts(rules)).toThrow(
    expect.objectContaining({
      code: 'JOBS_INVALID_ARGUMENT',
      details: expect.objectContaining({ field }),
      message: expect.not.stringContaining('hunter2'),
    }),
  );
});

test('says which kind of problem was meant', () => {
  const rules = [{ url, when: { kinds: ['no-worker'] } }];
  expect(() => checkAlerts(rules)).toThrow('`no-workers`');
});

test('takes each kind of problem', () => {
  const kinds = [
    'store-away',
    'no-workers',
    'paused',
    'backlog',
    'waiting-long',
    'failing',
    'failures',
    'slow',
    'stalled',
    'late-schedule',
  ];
  expect(checkAlerts([{ url, when: { kinds } }])[0]?.when.kinds).toEqual(kinds);
});
