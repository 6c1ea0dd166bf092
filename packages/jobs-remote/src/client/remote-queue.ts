import { type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { remoteBackend } from './remote-backend.ts';
import { REMOTE_OPTION_NAMES, type RemoteBackendOptions } from './remote-options.ts';

/** The options of a queue on a server: those of every queue, and where the server is. */
export interface RemoteQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    RemoteBackendOptions {}

/** A queue whose jobs are on a server, made by `createRemote`. */
export class RemoteQueue<TJobs extends JobDefinitions = JobDefinitions> extends Queue<TJobs> {
  /**
   * Makes a queue; calls the server when it is first used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: RemoteQueueOptions<TJobs>) {
    refuseBackend(options, { own: REMOTE_OPTION_NAMES });
    const { url, token, fetch, capabilities, ...rest } = options;
    super({ ...rest, backend: remoteBackend({ url, token, fetch, capabilities }) });
  }
}
