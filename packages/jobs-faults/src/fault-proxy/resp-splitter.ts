const CR_LF = '\r\n';
const BULK = new Set(['$', '!', '=']);
const LISTS = new Set(['*', '~', '>']);
const PAIRS = new Set(['%', '|']);

/** Splits a stream of the Redis protocol (RESP2 and RESP3) into its commands or answers. */
export class RespSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes bytes and returns the frames that are complete now. */
  push(chunk: Buffer): Buffer[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    let start = 0;
    for (;;) {
      const end = endOfFrame(data, start);
      if (end === undefined) break;
      frames.push(data.subarray(start, end));
      start = end;
    }
    this.#rest = data.subarray(start);
    return frames;
  }
}

/** Reads the words of a command: an array of bulk strings, or a line. */
export function wordsOf(command: Buffer): string[] {
  if (command[0] !== 0x2a) return command.toString().trim().split(/\s+/);
  const words: string[] = [];
  let { next } = readLine(command, 0) ?? { next: command.length };
  while (next < command.length) {
    const header = readLine(command, next);
    if (header === undefined) break;
    const length = Number(header.text.slice(1));
    words.push(command.toString('utf8', header.next, header.next + length));
    next = header.next + length + CR_LF.length;
  }
  return words;
}

/** Finds where the frame that begins at `start` ends; `undefined` while it is incomplete. */
function endOfFrame(data: Buffer, start: number): number | undefined {
  let position = start;
  // A list counts as its header plus its members, so that nesting needs no recursion.
  for (let frames = 1; frames > 0; frames--) {
    const line = readLine(data, position);
    if (line === undefined) return undefined;
    position = line.next;
    const type = line.text.charAt(0);
    const size = Number(line.text.slice(1));
    if (BULK.has(type) && size >= 0) position += size + CR_LF.length;
    if (LISTS.has(type) && size > 0) frames += size;
    if (PAIRS.has(type)) frames += 2 * size;
    // Attributes are no answer: the answer they describe follows.
    if (type === '|') frames += 1;
    if (position > data.length) return undefined;
  }
  return position;
}

function readLine(data: Buffer, start: number): { text: string; next: number } | undefined {
  const end = data.indexOf(CR_LF, start, 'latin1');
  if (end === -1) return undefined;
  return { text: data.toString('latin1', start, end), next: end + CR_LF.length };
}
