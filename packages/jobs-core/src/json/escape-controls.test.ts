import { expect, it } from 'vitest';
import { escapeControls } from './escape-controls.ts';

it('makes control characters and line separators visible, and leaves the rest', () => {
  expect(escapeControls('a\nb\u001b[31m\u2028\u2029\u0085é🙂')).toBe(
    'a\\u000ab\\u001b[31m\\u2028\\u2029\\u0085é🙂',
  );
});
