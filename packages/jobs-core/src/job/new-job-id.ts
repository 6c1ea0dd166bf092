import { randomFillSync } from 'node:crypto';

const ID_BYTES = 16;
/** Random bytes are drawn for this many ids at once. */
const IDS_PER_DRAW = 256;

const pool = Buffer.alloc(ID_BYTES * IDS_PER_DRAW);
let position = pool.length;

/**
 * Makes an id nobody else makes: 128 random bits as 32 hexadecimal digits. Not `randomUUID`, whose
 * strings the engine keeps in some twenty pieces: 490 bytes an id against 56, and several times the
 * time to make one and to look it up.
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
