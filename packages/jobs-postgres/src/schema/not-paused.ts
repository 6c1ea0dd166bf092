/**
 * A condition of every query that picks jobs to start: the queue is not paused. A query of its own would see another
 * snapshot, and a job could start after `pause` had answered.
 */
export const NOT_PAUSED = '(SELECT q.paused FROM queues q WHERE q.queue = p_queue) IS NOT TRUE';
