import type { ConnectingClient, ConnectingClients } from './pg-types.ts';

/**
 * Makes the clients of `pg` close what they could not connect. Where the client itself gives up, as for want of a
 * password, it leaves the connection open: the server keeps a place for it, and it keeps the process alive, until the
 * server's `authentication_timeout` ends it.
 */
export function closingClient(Client: ConnectingClients): ConnectingClients {
  return class extends Client implements ConnectingClient {
    override connect(done: (error?: Error) => void): void {
      super.connect((error) => {
        if (error) this.connection.stream.destroy();
        done(error);
      });
    }
  };
}
