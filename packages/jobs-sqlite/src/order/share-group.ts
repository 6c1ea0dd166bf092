/** How many shares a group has at most. */
export const MOST_MEMBERS = 32;
/** How many of the next jobs of a member a group knows at most: a full group fits on one page of the file. */
export const MOST_KNOWN = 24;
/** The largest key of a job that a group can tell. */
const MOST_TOLD = 2 ** 32 - 1;

/**
 * Where the fields of a member stand, in words of four bytes: its `since` and the turn of the last job that is known, of two
 * words each, its seat, how many jobs are known, and these, the first one last.
 */
const [SINCE, LAST, SEAT, KNOWN, JOBS] = [0, 2, 4, 5, 6];
const WIDTH = JOBS + MOST_KNOWN;
/** Where the second job of a member stands, also after its start: 0 in one that has not learnt any, if it joined with one. */
const SECOND = JOBS + 1;
/** Stands there in a member that has learnt a single job. */
const LEARNT = 1;
/** Before the members stands the number of this layout, and how many of them have started a job in this round. */
const HEADER = 2;
const STARTED = 1;
const LAYOUT = 2;

/** Returns whether a group can tell a waiting job: one without a weight. */
export function canTell({
  key,
  weight,
}: {
  readonly key: number;
  readonly weight: number;
}): boolean {
  return weight === 1 && key <= MOST_TOLD;
}

/** A share as it joins a group. */
export interface NewMember {
  readonly since: number;
  readonly jobs: readonly number[];
  /** The turn of the last of these jobs. */
  readonly last: number;
  /** See {@link ShareGroup.hasLearnt}. */
  readonly hasLearnt: boolean;
}

/** Names where a group stands. */
export interface GroupPlace {
  readonly id: number | undefined;
  readonly cls: number;
  readonly base: number;
}

/**
 * Holds shares of one class whose jobs start one after the other, round after round: they count from the same virtual time,
 * and their next jobs have no weight. A member that has started in this round counts from a later virtual time by one.
 */
export class ShareGroup {
  id: number | undefined;
  readonly cls: number;
  /** The keys of members, by seat, as far as they are known. */
  readonly keys: (string | undefined)[] = [];
  /** Whether its members changed. */
  isChanged = false;
  /** Whether its place changed. */
  hasMoved = false;
  /** Whether all its members have just started. */
  hasEnded = false;
  #base: number;
  #words: Uint32Array<ArrayBuffer>;
  /** The same memory, as numbers of eight bytes. */
  #turns: Float64Array;

  constructor({ id, cls, base }: GroupPlace, bytes?: Uint8Array) {
    this.id = id;
    this.cls = cls;
    this.#base = base;
    this.#words = bytes === undefined ? new Uint32Array([LAYOUT, 0]) : toWords(bytes);
    this.#turns = new Float64Array(this.#words.buffer);
  }

  /** The virtual time from which the members count that have not started in this round. */
  get base(): number {
    return this.#base;
  }

  get length(): number {
    return (this.#words.length - HEADER) / WIDTH;
  }

  /** How many members have started a job in this round: the first ones. */
  get started(): number {
    return this.#words[STARTED] as number;
  }

  /** Whether the shares that started last are among its members. */
  get isLast(): boolean {
    return this.started > 0 || this.hasEnded;
  }

  /** How many members stand behind all shares that have not started as late. */
  get late(): number {
    return this.started === 0 ? this.length : this.started;
  }

  /** The virtual time from which those count. */
  get lateBase(): number {
    return this.started === 0 ? this.#base : this.#base + 1;
  }

  /** Returns the members as stored. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer);
  }

  baseOf(index: number): number {
    return index < this.started ? this.#base + 1 : this.#base;
  }

  seatOf(index: number): number {
    return this.#words[HEADER + index * WIDTH + SEAT] as number;
  }

  sinceOf(index: number): number {
    return this.#turns[(HEADER + index * WIDTH + SINCE) / 2] as number;
  }

  lastOf(index: number): number {
    return this.#turns[(HEADER + index * WIDTH + LAST) / 2] as number;
  }

  /** Returns the first job of a member that waits. */
  headOf(index: number): number {
    const first = HEADER + index * WIDTH;
    const known = this.#words[first + KNOWN] as number;
    return this.#words[first + JOBS + known - 1] as number;
  }

  /** Returns where the member of a seat is. */
  indexOf(seat: number): number {
    for (let index = 0; index < this.length; index++) if (this.seatOf(index) === seat) return index;
    return -1;
  }

  /** Notes the start of a job of the next member; returns how many jobs of it are still known. */
  start(at: number): number {
    const words = this.#words;
    const started = words[STARTED] as number;
    const first = HEADER + started * WIDTH;
    this.#turns[(first + SINCE) / 2] = at;
    const known = (words[first + KNOWN] as number) - 1;
    words[first + KNOWN] = known;
    words[STARTED] = started + 1;
    this.isChanged = true;
    return known;
  }

  /** Notes the next jobs of a member of which none is known. */
  learn(index: number, jobs: readonly number[], last: number): void {
    this.#tell(index, jobs, last);
    if (jobs.length < 2) this.#words[HEADER + index * WIDTH + SECOND] = LEARNT;
  }

  /** Whether a member has learnt jobs since its share joined: before that, it knew one. */
  hasLearnt(index: number): boolean {
    return this.#words[HEADER + index * WIDTH + SECOND] !== 0;
  }

  /** Ends the round if all members have started. */
  endRound(): void {
    if (this.started < this.length || this.length === 0) return;
    this.#words[STARTED] = 0;
    this.#base += 1;
    this.hasMoved = true;
    this.hasEnded = true;
  }

  /** Takes a member out. */
  remove(index: number): void {
    const { started } = this;
    // Another share may take the seat.
    this.keys[this.seatOf(index)] = undefined;
    const words = new Uint32Array(this.#words.length - WIDTH);
    const at = HEADER + index * WIDTH;
    words.set(this.#words.subarray(0, at));
    words.set(this.#words.subarray(at + WIDTH), at);
    if (index < started) words[STARTED] = started - 1;
    this.#use(words);
    this.isChanged = true;
    if (index === 0) this.hasMoved = true;
  }

  /** Takes in a share that has started after some of its late members; returns its seat. */
  insert({ since, jobs, last, hasLearnt }: NewMember): number {
    let index = this.late;
    while (index > 0 && this.sinceOf(index - 1) > since) index -= 1;
    const { started } = this;
    let seat = 0;
    while (this.indexOf(seat) >= 0) seat += 1;
    const at = HEADER + index * WIDTH;
    const words = new Uint32Array(this.#words.length + WIDTH);
    words.set(this.#words.subarray(0, at));
    words[at + SEAT] = seat;
    words.set(this.#words.subarray(at), at + WIDTH);
    if (started > 0) words[STARTED] = started + 1;
    this.#use(words);
    this.#turns[(at + SINCE) / 2] = since;
    if (hasLearnt) this.learn(index, jobs, last);
    else this.#tell(index, jobs, last);
    this.isChanged = true;
    if (index === 0) this.hasMoved = true;
    return seat;
  }

  /** Returns the known jobs of a member, the first one included. */
  jobsOf(index: number): number[] {
    const first = HEADER + index * WIDTH;
    const known = this.#words[first + KNOWN] as number;
    return [...this.#words.subarray(first + JOBS, first + JOBS + known)].reverse();
  }

  #tell(index: number, jobs: readonly number[], last: number): void {
    const first = HEADER + index * WIDTH;
    this.#turns[(first + LAST) / 2] = last;
    this.#words[first + KNOWN] = jobs.length;
    this.#words.set(jobs.toReversed(), first + JOBS);
  }

  #use(words: Uint32Array<ArrayBuffer>): void {
    this.#words = words;
    this.#turns = new Float64Array(words.buffer);
  }
}

/** Reads the words of a group, which then stand at the start of a memory of their own. */
function toWords(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  const words = new Uint32Array(isAlone ? buffer : new Uint8Array(bytes).buffer);
  return words[0] === LAYOUT ? words : fromNumbers(new Float64Array(words.buffer));
}

/**
 * Reads a group of version 12 of the tables: numbers of eight bytes. Its first one tells how many members have started, so
 * that its first word is 0.
 */
function fromNumbers([started = 0, ...cells]: Float64Array): Uint32Array<ArrayBuffer> {
  const width = 12;
  const words = new Uint32Array(HEADER + (cells.length / width) * WIDTH);
  words.set([LAYOUT, started]);
  const turns = new Float64Array(words.buffer);
  for (let from = 0, to = HEADER; from < cells.length; from += width, to += WIDTH) {
    const [seat, since, last, known, ...jobs] = cells.slice(from, from + width) as [
      number,
      number,
      number,
      number,
    ];
    words.set([seat, known, ...jobs.slice(0, known).reverse()], to + SEAT);
    turns.set([since, last], to / 2);
  }
  return words;
}
