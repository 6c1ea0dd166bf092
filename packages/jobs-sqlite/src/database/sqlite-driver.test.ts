import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { prepare, withFastRows } from './sqlite-driver.ts';

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

test('Rows that are read as lists are the objects they would be, also after the tables changed', () => {
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (NULL, 2.5)");
  const all = withFastRows(prepare(database, 'SELECT * FROM t ORDER BY rowid'));
  const one = withFastRows(prepare(database, 'SELECT b AS c FROM t WHERE a = ?'));
  expect(all.all()).toEqual([
    { a: 1, b: 'x' },
    { a: null, b: 2.5 },
  ]);
  expect(one.get(1)).toEqual({ c: 'x' });
  expect(one.get(2)).toBeUndefined();
  database.exec(
    'ALTER TABLE t ADD COLUMN d DEFAULT 7; ALTER TABLE t DROP COLUMN b; ALTER TABLE t DROP COLUMN a',
  );
  expect(all.all()).toEqual([{ d: 7 }, { d: 7 }]);
  const write = withFastRows(prepare(database, 'UPDATE t SET d = ? RETURNING d'));
  expect(write.all(8)).toEqual([{ d: 8 }, { d: 8 }]);
  expect(withFastRows(prepare(database, 'DELETE FROM t')).run()).toMatchObject({ changes: 2 });
  database.close();
});
