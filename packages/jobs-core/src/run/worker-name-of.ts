/** Reads the name of the process in the id of a worker; an id that another system made is its own name. */
export function workerNameOf(id: string): string {
  return /^(.+:\d+):[0-9a-f]{12}(?:~\d+)?$/.exec(id)?.[1] ?? id;
}
