import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** Controls a mail server that runs in this process. */
export interface MailServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a realistic mail server: it greylists, that is, it defers the first mail to each mailbox, and it
 * knows only mailboxes of example.com. It stores accepted mails in `folder`.
 */
export async function startMailServer(folder: string): Promise<MailServer> {
  await mkdir(folder, { recursive: true });
  const greylist = new Set<string>();

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      if (!address.endsWith('@example.com')) return done(reply(550, '5.1.1 No such mailbox'));
      if (!greylist.has(address)) {
        greylist.add(address);
        return done(reply(451, '4.7.1 Greylisted, try again later'));
      }
      done();
    },
    onData(stream, session, done) {
      pipeline(stream, createWriteStream(join(folder, `${mailboxOf(session)}.eml`))).then(
        () => done(),
        done,
      );
    },
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function mailboxOf({ envelope }: SMTPServerSession): string {
  const [mailbox = ''] = envelope.rcptTo[0]?.address.split('@') ?? [];
  return encodeURIComponent(mailbox);
}
