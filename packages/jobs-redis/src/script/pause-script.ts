import { luaSource } from './lua-source.ts';
import { ANNOUNCE, EMIT, READY } from './parts.ts';
import { defineScript, type Script } from './script.ts';

/** Pauses (`1`) or resumes (`0`) the queue as BullMQ does. Returns whether it is to run again. */
export const pauseScript: Script<'paused'> = defineScript('Pause', 'paused')(
  READY,
  EMIT,
  ANNOUNCE,
  luaSource(new URL('./pause.lua', import.meta.url)),
);
