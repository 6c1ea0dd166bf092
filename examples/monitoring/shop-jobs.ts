import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { PaymentProvider } from './payments.ts';

/** The known mailboxes; mail to any other address is refused, as mail servers do. */
const MAILBOXES = ['ada', 'grace', 'linus', 'margaret', 'barbara', 'donald', 'edsger'];

/** Describes the jobs of a small shop, with typical failures. */
export interface ShopJobs {
  readonly sendEmail: JobDefinition<string, { to: string; subject: string }, { accepted: string }>;
  readonly chargeCard: JobDefinition<
    string,
    { order: number; amount: number; cardToken: string },
    { charge: string | undefined }
  >;
  readonly makeThumbnails: JobDefinition<string, { image: string; widths: number[] }, string[]>;
  readonly importCatalogue: JobDefinition<string, { supplier: string; rows: number }, number>;
  readonly syncStock: JobDefinition<string, { warehouse: string }, { checked: number }>;
  readonly sendReport: JobDefinition<string, { of: string }, { lines: number }>;
}

/** Defines the jobs. */
export function defineShopJobs(): ShopJobs {
  return {
    sendEmail: sendEmail(),
    chargeCard: chargeCard(new PaymentProvider()),
    makeThumbnails: makeThumbnails(),
    importCatalogue: importCatalogue(),
    syncStock: syncStock(),
    sendReport: sendReport(),
  };
}

function sendEmail(): ShopJobs['sendEmail'] {
  return defineJob({
    name: 'send-email',
    attempts: 2,
    backoff: { type: 'fixed', delay: 5000 },
    handler: async (payload: { to: string; subject: string }, ctx) => {
      ctx.log(`connecting to mx.example.org for ${payload.to}`);
      await ctx.sleep(10 + (payload.subject.length % 30));
      if (!MAILBOXES.includes(payload.to.split('@')[0] ?? '')) {
        throw new Error(`550 mailbox unavailable: ${payload.to}`);
      }
      ctx.log(`accepted "${payload.subject}"`);
      return { accepted: payload.to };
    },
  });
}

function chargeCard(provider: PaymentProvider): ShopJobs['chargeCard'] {
  return defineJob({
    name: 'charge-card',
    attempts: 3,
    backoff: { type: 'exponential', delay: 1000 },
    handler: async (payload: { order: number; amount: number; cardToken: string }, ctx) => {
      const { status, error, charge } = await provider.charge(payload.order, ctx);
      ctx.log(`the provider answered ${status} for order ${payload.order}`);
      if (status === 402) ctx.fail(new Error(error));
      if (status === 503) throw new Error(`the provider is away: ${error}`);
      return { charge };
    },
  });
}

function makeThumbnails(): ShopJobs['makeThumbnails'] {
  return defineJob({
    name: 'make-thumbnails',
    attempts: 1,
    handler: async (payload: { image: string; widths: number[] }, ctx) => {
      const made: string[] = [];
      for (const width of payload.widths) {
        await ctx.sleep(200 + width);
        if (payload.image.endsWith('.tiff')) {
          throw new TypeError(`Unsupported image format "tiff" of ${payload.image}`);
        }
        made.push(`${width}/${payload.image}`);
        ctx.log(`${payload.image}: ${width} px wide`);
        await ctx.updateProgress(Math.round((made.length / payload.widths.length) * 100));
      }
      return made;
    },
  });
}

function importCatalogue(): ShopJobs['importCatalogue'] {
  return defineJob({
    name: 'import-catalogue',
    handler: async ({ supplier, rows }: { supplier: string; rows: number }, ctx) => {
      for (let row = 0; row < rows; row += 100) {
        await ctx.sleep(1000);
        await ctx.updateProgress(Math.round((row / rows) * 100));
        if (row % 1000 === 0) ctx.log(`${supplier}: row ${row} of ${rows}`);
      }
      return rows;
    },
  });
}

function syncStock(): ShopJobs['syncStock'] {
  return defineJob({
    name: 'sync-stock',
    handler: async ({ warehouse }: { warehouse: string }, ctx) => {
      await ctx.sleep(1500);
      ctx.log(`${warehouse}: all counts agree`);
      return { checked: 1200 };
    },
  });
}

function sendReport(): ShopJobs['sendReport'] {
  return defineJob({
    name: 'send-report',
    handler: async (_: { of: string }, ctx) => {
      await ctx.sleep(800);
      return { lines: 31 };
    },
  });
}
