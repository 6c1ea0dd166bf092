import { expect, test } from 'vitest';
import type { Job } from '../queue/job.ts';
import { redactText } from './redact-text.ts';
import { createRedactor } from './redactor.ts';

/** The beginning of each planted secret; what is no secret says so. */
const SECRET = 'SESAME';

/** Descriptions of processes and requests, as other programs write them. */
const DOCUMENTS: Readonly<Record<string, object>> = {
  'an ECS task': {
    containerDefinitions: [
      {
        name: 'web-kept',
        environment: [
          { name: 'DB_PASSWORD', value: 'SESAME-1' },
          { name: 'LOG_LEVEL', value: 'kept' },
          { value: 'SESAME-2', name: 'STRIPE_SECRET_KEY' },
        ],
        command: ['sh', '-c', 'redis-cli -a SESAME-3 ping'],
        repositoryCredentials: { credentialsParameter: 'SESAME-4' },
      },
    ],
    overrides: {
      containerOverrides: [{ environment: [{ name: 'API_TOKEN', value: 'SESAME-5' }] }],
    },
  },
  'a Kubernetes pod': {
    spec: {
      containers: [
        {
          image: 'kept',
          env: [
            { name: 'POSTGRES_PASSWORD', value: 'SESAME-1' },
            { name: 'REGION', value: 'kept' },
            { name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: 'kept', key: 'token' } } },
          ],
          args: ['--password=SESAME-2', '--region', 'kept', '--api-key', 'SESAME-3'],
        },
      ],
    },
  },
  'a Kubernetes secret': {
    kind: 'Secret',
    metadata: { name: 'kept' },
    data: { username: 'kept', password: 'SESAMEMQ==' },
    stringData: { 'api-key': 'SESAME-2' },
  },
  'a Docker container': {
    Config: { Env: ['PATH=/kept', 'PGPASSWORD=SESAME-1'], Cmd: ['mysql', '-pSESAME-2'] },
    Healthcheck: { Test: ['CMD', 'redis-cli', '-h', 'kept', '-a', 'SESAME-3', 'ping'] },
  },
  'a HAR entry': {
    request: {
      url: 'https://example.org/kept?access_token=SESAME-1',
      headers: [
        { name: 'Authorization', value: 'Bearer SESAME-2' },
        { name: 'Accept', value: 'kept' },
      ],
      cookies: [{ name: 'connect.sid', value: 'SESAME-3', path: '/' }],
      queryString: [{ name: 'access_token', value: 'SESAME-1' }],
      postData: {
        mimeType: 'application/x-www-form-urlencoded',
        params: [
          { name: 'password', value: 'SESAME-4' },
          { name: 'user', value: 'kept' },
        ],
        text: 'password=SESAME-4&user=kept',
      },
    },
    response: { headers: [{ name: 'Set-Cookie', value: 'sid=SESAME-5; Path=/' }] },
  },
};

function jobWith(payload: unknown): Job {
  return {
    ...{ id: '1', queueName: 'default', name: 'work', status: 'failed', progress: 0, metadata: {} },
    ...{ attemptsMade: 1, maxAttempts: 1, priority: 0, version: 1, fencingToken: 1 },
    ...{ stalledCount: 0, createdAt: new Date(0), runAt: new Date(0), payload },
  };
}

const redactor = createRedactor();

test.each(Object.entries(DOCUMENTS))('%s in a payload shows no secret', (_, document) => {
  const shown = JSON.stringify(redactor.whole(jobWith(document)).payload);
  expect(shown).not.toContain(SECRET);
  expect(shown).toContain('kept');
});

test.each(Object.entries(DOCUMENTS))('%s in a text shows no secret', (_, document) => {
  for (const text of [JSON.stringify(document), JSON.stringify(document, null, 2)]) {
    const shown = redactText(`got ${text}`);
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain('kept');
  }
});

test.each(Object.entries(DOCUMENTS))(
  'an edit keeps the secrets of %s out of sight',
  (_, document) => {
    expect(JSON.stringify(redactor.editable(document))).not.toContain(SECRET);
  },
);

test.each([
  ['a list of ports', { args: ['docker', 'run', '-P', '-p', '8080:80', '--name', 'web'] }],
  ['flags without a word', { args: ['--token', '--verbose', '--max-tokens', '500'] }],
  ['a reference', { env: [{ name: 'AUTH_TOKEN', valueFrom: { field: 'token-of-web' } }] }],
  ['a value before another name', { list: [{ value: 'north', name: 'region' }] }],
])('%s is left alone', (_, harmless) => {
  const { args: _args, ...rest } = harmless as { args?: string[] };
  expect(redactText(JSON.stringify(rest))).toBe(JSON.stringify(rest));
  expect(redactor.whole(jobWith(harmless)).payload).toEqual(harmless);
});
