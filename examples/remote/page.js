// @ts-check
const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const bar = /** @type {HTMLProgressElement} */ (document.querySelector('progress'));
const output = /** @type {HTMLOutputElement} */ (document.querySelector('output'));
const jobs = new URL('jobs/v1/queues/albums/jobs', document.baseURI).href;
const headers = { authorization: `Bearer ${document.documentElement.dataset['token']}` };

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const payload = { photos: Number(new FormData(form).get('photos')) };
  const body = JSON.stringify({ name: 'build-album', payload });
  // A request that is repeated with its key is the same job.
  const key = { 'idempotency-key': crypto.randomUUID() };
  const answer = await fetch(jobs, { method: 'POST', headers: { ...headers, ...key }, body });
  const job = await answer.json();
  if (answer.ok) await follow(job.id);
  else output.value = job.detail;
});

/**
 * Shows a job until it has ended. The stream ends with it; one that breaks before is opened again.
 *
 * @param {string} id
 */
async function follow(id) {
  for (;;) {
    const answer = await fetch(`${jobs}/${id}/events`, { headers }).catch(() => undefined);
    for await (const job of answer?.ok ? messagesOf(answer) : []) if (show(job)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @param {{ status: string, progress: number, result?: { pages: number }, error?: { message: string } }} job */
function show({ status, progress, result, error }) {
  bar.value = progress;
  output.value = result ? `${result.pages} pages` : status;
  if (error && status === 'failed') output.value = `failed: ${error.message}`;
  return ['completed', 'failed', 'cancelled'].includes(status);
}

/**
 * Reads the events of a job. (EventSource sends no token.)
 *
 * @param {Response} answer
 */
async function* messagesOf(answer) {
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done = true, value = '' } = (await reader?.read().catch(() => undefined)) ?? {};
    if (done) return;
    const messages = (text + value).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const [, data] = /^event: job\ndata: (.*)$/m.exec(message) ?? [];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}
