import type { Codec } from '../job/codec.ts';
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
