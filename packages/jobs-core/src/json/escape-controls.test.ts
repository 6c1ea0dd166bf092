import { expect, it } from 'vitest';
import { escapeControls } from './escape-controls.ts';

it('makes control characters and line separators visible, and leaves the rest', () => {
  expect(escapeControls('a\nb\u001b[31m\u2028\u2029\u0085é🙂')).toBe(
    'a\\u000ab\\u001b[31m\\u2028\\u2029\\u0085é🙂',
  );
});

it('makes what turns the direction of text visible, and leaves text that runs from right to left', () => {
  const [embeddings, isolates] = ['\u202a\u202b\u202c\u202d\u202e', '\u2066\u2067\u2068\u2069'];
  expect(escapeControls(`txt${embeddings}exe`)).toBe('txt\\u202a\\u202b\\u202c\\u202d\\u202eexe');
  expect(escapeControls(isolates)).toBe('\\u2066\\u2067\\u2068\\u2069');
  for (const text of ['שלום', 'می\u200cخواهم', '👩\u200d🚀'])
    expect(escapeControls(text)).toBe(text);
});
