import type { LogLine } from '@philjs/jobs-core';
import { KEPT_LOG_LINES, type LogStore } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import { storedIds } from '../keys/job-id.ts';
import { luaSource } from '../script/lua-source.ts';
import { defineScript } from '../script/script.ts';
import type { QueueStore } from '../store/queue-store.ts';

const LINE = /^(\S+) \[(\d+)\] (.*)$/s;

/** Appends lines to the log of a job that exists, and keeps the latest. */
const appendScript = defineScript(
  'AppendLog',
  'once id keep',
)(luaSource(new URL('./append-log.lua', import.meta.url)));

/** Keeps logs where BullMQ keeps them, so that its tools show them and they go with their job. */
export function redisLogStore(store: QueueStore): LogStore {
  return {
    append: async ({ id, lines }) => {
      if (lines.length === 0) return;
      const written = lines.slice(-KEPT_LOG_LINES).map(encodeLine);
      for (const stored of storedIds(id)) {
        if ((await store.run(appendScript, { id: stored, keep: KEPT_LOG_LINES }, written)) === 1)
          return;
      }
    },
    // `total` and `offset` count the lines that are kept.
    read: async ({ id, offset = 0, limit = KEPT_LOG_LINES }) => {
      for (const stored of storedIds(id)) {
        const key = `${store.key(stored)}:logs`;
        const total = await store.link.run((client) => client.llen(key));
        if (total === 0) continue;
        if (limit === 0) return { lines: [], total };
        const last = offset + limit - 1;
        const lines = await store.link.run((client) => client.lrange(key, offset, last));
        return { lines: lines.map(decodeLine), total };
      }
      return { lines: [], total: 0 };
    },
  };
}

/** Writes a line that BullMQ's tools can show: the time, the attempt in brackets, the text. */
function encodeLine({ at, attempt, message }: LogLine): string {
  return `${new Date(at).toISOString()} [${attempt}] ${toText(message)}`;
}

function decodeLine(text: string): LogLine {
  const [, time = '', attempt = '', message = ''] = LINE.exec(text) ?? [];
  const at = Date.parse(time);
  return Number.isNaN(at)
    ? { at: 0, attempt: 1, message: text }
    : { at, attempt: Number(attempt), message: fromText(message) };
}
