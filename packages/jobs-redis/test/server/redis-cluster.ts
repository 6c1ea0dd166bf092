import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RedisServer, type RedisServerOptions } from '@philjs/jobs-faults';
import { Cluster } from 'ioredis';
import { openClient } from './open-client.ts';

const SLOTS = 16_384;
const MASTERS = 3;
const FORM_TIMEOUT_MS = 60_000;

/** A cluster of a test's own: three masters on free ports. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /**
   * Starts a cluster; resolves once it serves every slot. Nodes that are silent are given up after 15 s, unless
   * `cluster-node-timeout` says otherwise: those of a busy machine are silent for a while.
   */
  static async start(options: RedisServerOptions = {}): Promise<RedisCluster> {
    const config = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '15000', ...options.config };
    const nodes = await Promise.all(
      Array.from({ length: MASTERS }, () => RedisServer.start({ ...options, config })),
    );
    const cluster = new RedisCluster(nodes);
    await cluster.#form();
    return cluster;
  }

  /** Finds the master that has a key. */
  async masterOf(key: string): Promise<RedisServer> {
    for (const node of this.nodes) {
      const client = openClient(node);
      const answer = await client.exists(key).catch(() => 0);
      client.disconnect();
      if (answer === 1) return node;
    }
    throw new Error(`No master has \`${key}\``);
  }

  /** Adds a replica of a master, which takes over when that fails; resolves once it has all of its data. */
  async replicate(master: RedisServer): Promise<RedisServer> {
    const config = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000' };
    const node = await RedisServer.start({ config });
    const [replica, original] = [openClient(node), openClient(master)];
    try {
      await replica.call('CLUSTER', 'MEET', '127.0.0.1', master.port);
      const id = String(await original.call('CLUSTER', 'MYID'));
      const deadline = Date.now() + FORM_TIMEOUT_MS;
      for (;;) {
        const done = await replica.call('CLUSTER', 'REPLICATE', id).catch(() => undefined);
        if (done !== undefined) break;
        if (Date.now() > deadline) throw new Error('The replica did not join');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      while (!(await replica.info('replication')).includes('master_link_status:up')) {
        if (Date.now() > deadline) throw new Error('The replica did not catch up');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    } finally {
      replica.disconnect();
      original.disconnect();
    }
    return node;
  }

  /** Moves the slot of a key that exists to another master, ten keys at a time, as `redis-cli --cluster reshard` does. */
  async moveSlot(key: string, pauseMs: number): Promise<void> {
    const source = await this.masterOf(key);
    const target = this.nodes.find((node) => node !== source) as RedisServer;
    const [from, to] = [openClient(source), openClient(target)];
    try {
      const slot = Number(await from.call('CLUSTER', 'KEYSLOT', key));
      const [fromId, toId] = [await from.call('CLUSTER', 'MYID'), await to.call('CLUSTER', 'MYID')];
      await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', String(fromId));
      await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', String(toId));
      for (;;) {
        const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, 10)) as string[];
        if (keys.length === 0) break;
        await from.call('MIGRATE', '127.0.0.1', target.port, '', 0, 5000, 'KEYS', ...keys);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      for (const client of [to, from])
        await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', String(toId));
    } finally {
      from.disconnect();
      to.disconnect();
    }
  }

  /** Has `redis-cli` move the first slots of the first master to the second, key by key; returns what it printed. */
  async reshard(slots: number): Promise<string> {
    const [from, to] = this.nodes.slice(0, 2).map((node) => openClient(node));
    const ids = await Promise.all([from, to].map((client) => client?.call('CLUSTER', 'MYID')));
    for (const client of [from, to]) client?.disconnect();
    const move = ['--cluster-from', String(ids[0]), '--cluster-to', String(ids[1])];
    const { stdout } = await promisify(execFile)('redis-cli', [
      ...['--cluster', 'reshard', `127.0.0.1:${this.nodes[0]?.port}`, ...move],
      ...['--cluster-slots', String(slots), '--cluster-pipeline', '1', '--cluster-yes'],
    ]).catch((error) => error);
    return stdout;
  }

  /** Opens a client; the caller closes it. */
  client(): Cluster {
    return new Cluster(this.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
  }

  /** Ends all nodes and removes their directories. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  async #form(): Promise<void> {
    const clients = this.nodes.map((node) => openClient(node));
    const share = Math.ceil(SLOTS / MASTERS);
    try {
      for (const [index, client] of clients.entries()) {
        const [first, last] = [index * share, Math.min(SLOTS, (index + 1) * share) - 1];
        await client.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
        await client.call('CLUSTER', 'MEET', '127.0.0.1', this.nodes[0]?.port ?? 0);
      }
      const deadline = Date.now() + FORM_TIMEOUT_MS;
      for (const client of clients) {
        while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) {
          if (Date.now() > deadline) throw new Error('The cluster did not form');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    } finally {
      for (const client of clients) client.disconnect();
    }
  }
}
