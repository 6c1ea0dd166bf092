import { expect, it } from 'vitest';
import { hostsOf } from './hosts-of.ts';

it('returns a URL for each host', () => {
  expect(
    hostsOf('postgres://me:secret@a:1,b,[::1]:3/shop?target_session_attrs=read-write'),
  ).toEqual(
    ['a:1', 'b', '[::1]:3'].map(
      (host) => `postgres://me:secret@${host}/shop?target_session_attrs=read-write`,
    ),
  );
});

it.each(['postgres://localhost/a,b', 'postgresql://me:a,b@one:5432/shop', 'postgres://one?x=1,2'])(
  'takes %s for one host',
  (url) => expect(hostsOf(url)).toEqual([url]),
);
