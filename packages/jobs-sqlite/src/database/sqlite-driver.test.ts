import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { prepare } from './sqlite-driver.ts';

test('A statement that SQLite would plan again at each call is refused', () => {
  const database = new DatabaseSync(':memory:');
  for (const end of ['LIMIT ?', 'LIMIT ?1', 'LIMIT ? + 0 OFFSET ?', '(SELECT 1 LIMIT ?)']) {
    expect(() => prepare(database, `SELECT 1 ${end}`), end).toThrow(TypeError);
  }
  for (const end of ['LIMIT 1', 'LIMIT ?1 + 0', 'LIMIT ? + 0 OFFSET ? + 0', 'LIMIT -1']) {
    expect(() => prepare(database, `SELECT 1 ${end}`), end).not.toThrow();
  }
  database.close();
});
