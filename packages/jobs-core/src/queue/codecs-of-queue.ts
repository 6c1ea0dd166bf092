import type { Codec } from '../job/codec.ts';
import { decodeStored } from '../job/decode-stored.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { DEAD_LETTER } from '../run/dead-letter.ts';
import type { IQueue } from './queue-interface.ts';

type CodecOf = (jobName: string) => Codec | undefined;

const codecs = new WeakMap<IQueue, CodecOf>();

/** Notes how a queue finds the codec of a job: the definition's, else its own. */
export function noteCodecs(queue: IQueue, codecOf: CodecOf): void {
  codecs.set(queue, codecOf);
}

/** Finds the codec with which a queue stores the payload of a job. */
export function codecIn(queue: IQueue, jobName: string): Codec | undefined {
  const codecOf = codecs.get(queue);
  return codecOf === undefined ? queue.getDefinition(jobName)?.codec : codecOf(jobName);
}

/**
 * Decodes the payload of a job as the queue stores it.
 *
 * @throws JobsError `JOBS_INVALID_PAYLOAD` when the codec cannot read it
 */
export function decodePayload(
  queue: IQueue,
  jobName: string,
  stored: JsonValue | undefined,
): unknown {
  const codec = codecIn(queue, jobName);
  // A codec may change what it reads.
  return codec === undefined ? stored : decodeStored(codec, copyJson(stored), jobName);
}

/** Returns the codec of a queue for jobs whose definition has none; dead letters are stored without one. */
export function codecFor(jobName: string, ofQueue: Codec | undefined): Codec | undefined {
  return jobName === DEAD_LETTER ? undefined : ofQueue;
}
