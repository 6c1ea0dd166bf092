import { createQueue } from '@philjs/jobs-memory';
import { describe, expect, it } from 'vitest';
import { ANSWERS } from '../src/protocol/answers.ts';
import { openApi } from '../src/protocol/openapi.ts';
import { OPERATIONS } from '../src/protocol/operations.ts';
import { PARAMS } from '../src/protocol/params.ts';
import { createRemote } from '../src/server.ts';
import { checkAgainst } from './support/checked-fetch.ts';

describe('the document of the protocol', () => {
  it('is served without a token, and says no secret', async () => {
    const secret = 'a-secret-of-at-least-24-characters';
    const queue = createQueue({ name: 'a' });
    const remote = createRemote(queue, { tokens: [{ name: 'a', secret, roles: ['read'] }] });
    const answer = await remote.fetch(new Request('http://server.test/jobs/v1/openapi.json'));
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(openApi())));
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0' });
    expect(text).not.toContain(secret);
    await remote.close();
    await queue.close();
  });

  it('describes the parameters and the answer of every call', () => {
    const paths = [...OPERATIONS.keys()].sort();
    expect(Object.keys(PARAMS).sort()).toEqual(paths);
    expect(Object.keys(ANSWERS).sort()).toEqual(paths);
  });

  it('has every schema that it refers to', () => {
    const { components, ...rest } = openApi() as { components: { schemas: object } };
    const refs = JSON.stringify([components, rest]).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of refs) expect(components.schemas).toHaveProperty([name as string]);
  });

  it('is what answers are checked by: a wrong one is found', () => {
    expect(() => checkAgainst('get.result', { id: 1 }, 'It')).toThrow('get.result');
    expect(() => checkAgainst('counts.result', { waiting: -1 }, 'It')).toThrow('counts.result');
    checkAgainst('get.result', null, 'It');
  });
});
