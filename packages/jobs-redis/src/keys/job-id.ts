/** The names of BullMQ's own keys, which an id must not have; a test compares them with those of its `QueueKeys`. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    ' active wait waiting-children paused id delayed prioritized stalled-check completed failed stalled repeat ' +
    'limiter meta events pc marker de metrics dn pj'
  ).split(' '),
);
const ESCAPE = '~';

/**
 * Turns an id into one BullMQ can store. Most stay as they are; one that BullMQ would take for one of
 * its own (an integer, the name of a key), that holds a colon or a NUL, or is no well-formed text is escaped.
 */
export function encodeJobId(id: string): string {
  return isPlain(id)
    ? id
    : ESCAPE +
        id.replace(
          /[%:\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
          escapeCharacter,
        );
}

/** Turns a stored id back into the one that was given. Ids of BullMQ's own are returned as they are. */
export function decodeJobId(stored: string): string {
  if (!stored.startsWith(ESCAPE)) return stored;
  return stored
    .slice(1)
    .replace(/%([0-9a-f]{2}|u[0-9a-f]{4})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code.replace('u', ''), 16)),
    );
}

/** Lists the ids a job may be stored by: an integer, or the id of a repeated job, may be one of ours or one that BullMQ made. */
export function storedIds(id: string): string[] {
  return /^(\d{1,16}$|repeat:)/.test(id) ? [encodeJobId(id), id] : [encodeJobId(id)];
}

/** Writes an id for scripts in all these forms, separated by a NUL; the script finds which one is held. */
export function heldJobId(id: string): string {
  return storedIds(id).join('\0');
}

function isPlain(id: string): boolean {
  return !/^~|[:\0]|^\d+$/.test(id) && !RESERVED.has(id) && id.isWellFormed();
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `%u${code}` : `%${code.padStart(2, '0')}`;
}
