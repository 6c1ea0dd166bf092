/** How many shares a group has at most. */
export const MOST_MEMBERS = 32;
/** How many of the next jobs of a member a group knows at most. */
export const MOST_KNOWN = 8;

/** The fields of a member: its seat, its `since`, the turn of the last job that is known, how many are, and these. */
const [SEAT, SINCE, LAST, KNOWN, JOBS] = [0, 1, 2, 3, 4];
const WIDTH = JOBS + MOST_KNOWN;
/** Before the members stands how many of them have started a job in this round. */
const HEADER = 1;

/** A share as it joins a group. */
export interface NewMember {
  readonly since: number;
  readonly jobs: readonly number[];
  /** The turn of the last of these jobs. */
  readonly last: number;
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
  #cells: Float64Array;

  constructor({ id, cls, base }: GroupPlace, bytes?: Uint8Array) {
    this.id = id;
    this.cls = cls;
    this.#base = base;
    this.#cells = bytes === undefined ? new Float64Array(HEADER) : toNumbers(bytes);
  }

  /** The virtual time from which the members count that have not started in this round. */
  get base(): number {
    return this.#base;
  }

  get length(): number {
    return (this.#cells.length - HEADER) / WIDTH;
  }

  /** How many members have started a job in this round: the first ones. */
  get started(): number {
    return this.#cells[0] as number;
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
    const { buffer, byteOffset, byteLength } = this.#cells;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }

  baseOf(index: number): number {
    return index < this.started ? this.#base + 1 : this.#base;
  }

  seatOf(index: number): number {
    return this.#get(index, SEAT);
  }

  sinceOf(index: number): number {
    return this.#get(index, SINCE);
  }

  lastOf(index: number): number {
    return this.#get(index, LAST);
  }

  /** Returns the first job of a member that waits. */
  headOf(index: number): number {
    return this.#get(index, JOBS);
  }

  /** Returns where the member of a seat is. */
  indexOf(seat: number): number {
    for (let index = 0; index < this.length; index++) if (this.seatOf(index) === seat) return index;
    return -1;
  }

  /** Notes the start of a job of the next member; returns how many jobs of it are still known. */
  start(at: number): number {
    const first = HEADER + this.started * WIDTH;
    const cells = this.#cells;
    cells[first + SINCE] = at;
    const known = (cells[first + KNOWN] as number) - 1;
    cells[first + KNOWN] = known;
    cells.copyWithin(first + JOBS, first + JOBS + 1, first + JOBS + 1 + known);
    cells[0] = this.started + 1;
    this.isChanged = true;
    return known;
  }

  /** Notes the next jobs of a member of which none is known. */
  learn(index: number, jobs: readonly number[], last: number): void {
    const first = HEADER + index * WIDTH;
    this.#cells[first + LAST] = last;
    this.#cells[first + KNOWN] = jobs.length;
    this.#cells.set(jobs, first + JOBS);
  }

  /** Ends the round if all members have started. */
  endRound(): void {
    if (this.started < this.length || this.length === 0) return;
    this.#cells[0] = 0;
    this.#base += 1;
    this.hasMoved = true;
    this.hasEnded = true;
  }

  /** Takes a member out. */
  remove(index: number): void {
    const { started } = this;
    // Another share may take the seat.
    this.keys[this.seatOf(index)] = undefined;
    const cells = new Float64Array(this.#cells.length - WIDTH);
    const at = HEADER + index * WIDTH;
    cells.set(this.#cells.subarray(0, at));
    cells.set(this.#cells.subarray(at + WIDTH), at);
    if (index < started) cells[0] = started - 1;
    this.#cells = cells;
    this.isChanged = true;
    if (index === 0) this.hasMoved = true;
  }

  /** Takes in a share that has started after some of its late members; returns its seat. */
  insert({ since, jobs, last }: NewMember): number {
    let index = this.late;
    while (index > 0 && this.sinceOf(index - 1) > since) index -= 1;
    const { started } = this;
    let seat = 0;
    while (this.indexOf(seat) >= 0) seat += 1;
    const at = HEADER + index * WIDTH;
    const cells = new Float64Array(this.#cells.length + WIDTH);
    cells.set(this.#cells.subarray(0, at));
    cells.set([seat, since], at);
    cells.set(this.#cells.subarray(at), at + WIDTH);
    if (started > 0) cells[0] = started + 1;
    this.#cells = cells;
    this.learn(index, jobs.slice(0, MOST_KNOWN), last);
    this.isChanged = true;
    if (index === 0) this.hasMoved = true;
    return seat;
  }

  /** Returns the known jobs of a member, the first one included. */
  jobsOf(index: number): number[] {
    const first = HEADER + index * WIDTH;
    const known = this.#cells[first + KNOWN] as number;
    return [...this.#cells.subarray(first + JOBS, first + JOBS + known)];
  }

  #get(index: number, field: number): number {
    return this.#cells[HEADER + index * WIDTH + field] as number;
  }
}

/** Reads numbers where they are; copies them if they do not stand where numbers may. */
function toNumbers({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  const size = Float64Array.BYTES_PER_ELEMENT;
  return byteOffset % size === 0
    ? new Float64Array(buffer, byteOffset, byteLength / size)
    : new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
