import { expect, it } from 'vitest';
import { checkTag, checkTags, checkTagsOption, hasTagFunction, tagsOf } from './check-tags.ts';
import { defineJob } from './define-job.ts';

const handler = async (_payload: { of: string }): Promise<void> => undefined;

it('keeps each tag once, and takes at most twenty', () => {
  expect(checkTags('tags', ['a', 'b', 'a'])).toEqual(['a', 'b']);
  const many = Array.from({ length: 21 }, (_, index) => `tag-${index}`);
  expect(() => checkTags('tags', many)).toThrow('at most 20 tags');
  expect(() => checkTags('tags', 'a')).toThrow('an array of strings');
});

it.each([[''], ['x'.repeat(101)], ['a\u200bb'], ['a\u0000'], [' a'], ['a '], ['\ud800'], [1]])(
  'refuses %j as a tag, and names its place',
  (tag) => {
    expect(() => checkTag('tag', tag)).toThrow('tag');
    expect(() => checkTags('tags', ['fine', tag])).toThrow('tags[1]');
  },
);

it('works tags out of the payload, and says what is wrong with the function', () => {
  const make = (tags: unknown) => defineJob({ name: 'tagged', tags: tags as never, handler });
  expect(tagsOf(make(undefined), {})).toBeUndefined();
  expect(tagsOf(make(['a']), {})).toEqual(['a']);
  const job = make(({ of }: { of: string }) => [of]);
  expect([hasTagFunction(job), hasTagFunction(make(['a']))]).toEqual([true, false]);
  expect(tagsOf(job, { of: 'shop' })).toEqual(['shop']);
  const throws = make(() => {
    throw new Error('no');
  });
  expect(() => tagsOf(throws, {})).toThrow('but it threw');
  const promises = make(async () => {
    throw new Error('later');
  });
  expect(() => tagsOf(promises, {})).toThrow('an array of strings');
  expect(() => checkTagsOption('tags', [''])).toThrow('tags[0]');
  expect(() => checkTagsOption('tags', () => [])).not.toThrow();
});
