import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { createTransport } from 'nodemailer';
import { readOrder } from './order.ts';
import { renderConfirmation } from './render-confirmation.ts';
import { say } from './say.ts';

/** The payload of the job, which reads the order itself when it runs. */
export interface ConfirmationPayload {
  readonly orderId: string;
}

/** The result of the job. */
export interface ConfirmationResult {
  readonly messageId: string;
  readonly accepted: readonly string[];
  readonly bytes: number;
}

/** Defines the job that confirms an order by mail, through the mail server at `port`. */
export function defineSendConfirmation(
  port: number,
): JobDefinition<'send-confirmation', ConfirmationPayload, ConfirmationResult> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });

  return defineJob({
    name: 'send-confirmation',
    handler: async ({ orderId }: ConfirmationPayload, ctx): Promise<ConfirmationResult> => {
      const order = await readOrder(orderId);
      await ctx.updateProgress(25);

      const mail = renderConfirmation(order);
      await ctx.updateProgress(50);

      // A job may run twice when its worker dies. The id of the message stays the same, so the
      // mailbox recognises the second copy.
      const messageId = `<${ctx.jobId}@shop.example>`;
      const sent = await transport.sendMail({ ...mail, from: 'shop@shop.example', messageId });
      ctx.log(`the mail server said ${sent.response}`);
      await ctx.updateProgress(100);
      const bytes = Buffer.byteLength(mail.html);
      return { messageId: sent.messageId, accepted: sent.accepted.map(String), bytes };
    },

    attempts: 4,
    backoff: { type: 'exponential', delay: 400, jitter: 0.2 },
    retryIf: (error) => !isRefusal(error),
    timeout: 10_000,

    onBefore: (_payload, ctx) =>
      say('hook', 'onBefore', `${ctx.jobId}, attempt ${ctx.attempt} of ${ctx.maxAttempts}`),
    onProgress: (progress, ctx) => say('hook', 'onProgress', `${ctx.jobId}, ${progress} %`),
    onRetry: (error, ctx) => say('hook', 'onRetry', `${ctx.jobId}, ${messageOf(error)}`),
    onComplete: (result, ctx) => say('hook', 'onComplete', `${ctx.jobId}, ${result.messageId}`),
    onFail: (error, ctx) => say('hook', 'onFail', `${ctx.jobId}, ${messageOf(error)}`),
    onFinally: (ctx) => say('hook', 'onFinally', `${ctx.jobId}, attempt ${ctx.attempt} is over`),
  });
}

/** Returns whether the mail server refused for good (5xx); 4xx means "not now". */
function isRefusal(error: unknown): boolean {
  const { responseCode } = error as { readonly responseCode?: number };
  return responseCode !== undefined && responseCode >= 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
