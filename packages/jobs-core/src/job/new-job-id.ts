import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** The number of ids whose random bytes are drawn together. */
const IDS_PER_DRAW = 256;

const pool = Buffer.alloc(ID_BYTES * IDS_PER_DRAW);
let position = pool.length;

/**
 * Makes a unique id: 128 random bits as 32 hexadecimal digits. Does not use `randomUUID`: V8 stores its strings as
 * some twenty parts, 490 bytes an id against 56, and takes several times as long to make one and to look it up.
 */
export function newJobId(): string {
  if (position === pool.length) {
    randomFillSync(pool);
    position = 0;
  }
  const id = pool.toString('hex', position, position + ID_BYTES);
  position += ID_BYTES;
  return id;
}
