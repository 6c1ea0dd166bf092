import type { JsonValue } from '@philjs/jobs-core';

function nested(levels: number): JsonValue {
  let value: JsonValue = 'bottom';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

/** Lists values that stores often change on the way, each with a description. */
export const ODD_VALUES: readonly (readonly [kind: string, value: JsonValue])[] = [
  ['null', null],
  ['false', false],
  ['zero', 0],
  ['an empty string', ''],
  ['an empty array', []],
  ['an empty object', {}],
  ['nested empty arrays and objects', { a: [], b: {}, c: [[], {}], d: [[{}]] }],
  ['nulls in arrays and objects', [null, { a: null }]],
  ['the largest numbers', [Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, -Number.MAX_VALUE]],
  ['the smallest numbers', [Number.MIN_SAFE_INTEGER, Number.MIN_VALUE, Number.EPSILON]],
  ['fractions', [0.1 + 0.2, 1 / 3, 1e21, 1.5e-7]],
  ['strings that look like numbers', ['1', '01', '1e3', 'NaN', '9007199254740993']],
  ['strings that look like JSON', ['null', '{"a":1}', '"quoted"', '[]']],
  ['dates as strings', '2026-01-01T00:00:00.000Z'],
  ['letters of all scripts', 'ジョブ работа مهمة 👩‍🚀 é e\u0301'],
  ['control characters', '\u0000\u0001\b\t\n\u000b\f\r\u001b\u007f\u0085\u2028\u2029\ufeff'],
  ['lone surrogates', ['\ud800', 'a\udc00b', { '\udfff': '\udbff' }]],
  ['quotes and backslashes', `'"\\\`\${x}%s{{y}}<!--</script>`],
  ['empty and odd keys', { '': 1, ' ': 2, 'a.b': 3, 'a:b': 4, $set: 5, '\u0000': 6 }],
  ['keys in an order of their own', { z: 1, a: 2, '10': 3, '9': 4, m: 5 }],
  ['names of methods as keys', { constructor: 1, toString: 2, hasOwnProperty: 3, toJSON: 4 }],
  ['a hundred levels', nested(100)],
  ['an array of 10,000', Array.from({ length: 10_000 }, (_, index) => index)],
  ['half a megabyte of text', 'é'.repeat(250_000)],
];
