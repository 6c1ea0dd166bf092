/** Returns whether a job's holder is a worker: one may go on under its id with a number behind it. */
export function isHeldBy(holder: string | undefined, workerId: string): boolean {
  return holder?.replace(/~\d+$/, '') === workerId;
}
