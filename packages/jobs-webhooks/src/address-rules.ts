import { BlockList, isIP } from 'node:net';
import { invalidArgument } from '@philjs/jobs-core/backend';

/** Allows what is refused otherwise: for tests, and for receivers within your own network. */
export interface AllowOptions {
  /** Allows `http:` beside `https:`. @default false */
  readonly http?: boolean | undefined;
  /** Allows addresses that are not public: networks such as `127.0.0.0/8` or `fd00::/8`. @default [] */
  readonly addresses?: readonly string[] | undefined;
  /** Allows names of local hosts, such as `localhost`; the address they lead to must be allowed as well. @default [] */
  readonly hosts?: readonly string[] | undefined;
}

/** Is thrown for a URL or an address that webhooks must not be sent to. */
export class RefusedAddressError extends Error {
  /** The name of the class. */
  override readonly name = 'RefusedAddressError';
}

/** Networks that are not the public internet, by the registries of special addresses (RFC 6890 and its successors). */
const SPECIAL_IPV4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const SPECIAL_IPV6: readonly string[] = [
  // All of IPv6 but what is given out to the public (2000::/3), and within that what embeds or reserves.
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
];
/** The last parts of names that lead into a local network or to a cloud's metadata. */
const LOCAL_NAMES = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa)$/;

/** Matches a network: an address, and the length of its prefix. */
const NETWORK = /^([^/]+)(?:\/(\d{1,3}))?$/;

/** Decides which URLs and addresses webhooks may be sent to. */
export class AddressRules {
  // Apart, since a list takes addresses of IPv4 for mapped ones of IPv6, all of which are refused.
  readonly #special = { ipv4: listOf(SPECIAL_IPV4), ipv6: listOf(SPECIAL_IPV6) };
  readonly #allowed: BlockList;
  readonly #hosts: ReadonlySet<string>;
  readonly #http: boolean;

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor({ http = false, addresses = [], hosts = [] }: AllowOptions) {
    if (typeof http !== 'boolean') throw invalidArgument('allow.http', '`true` or `false`', http);
    this.#allowed = listOf(addresses);
    this.#hosts = namesOf(hosts);
    this.#http = http;
  }

  /**
   * Checks what can be known of a URL before its name is resolved. The parser of URLs has made decimal, octal and
   * hexadecimal addresses plain ones.
   *
   * @throws RefusedAddressError
   */
  checkUrl(url: URL): void {
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.#http)) {
      throw new RefusedAddressError(
        `Expected the URL of a webhook to begin with https:, got ${url.protocol}; \`allow.http\` allows http:`,
      );
    }
    if (url.username !== '' || url.password !== '') {
      throw new RefusedAddressError('Expected the URL of a webhook without a user and a password');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
    if (isIP(host) !== 0) {
      this.checkAddress(host);
      return;
    }
    if (this.#hosts.has(host)) return;
    if (LOCAL_NAMES.test(host) || !host.includes('.')) {
      throw new RefusedAddressError(
        `\`${host}\` is the name of a local host; to send there, name it in \`allow.hosts\` and its address in \`allow.addresses\``,
      );
    }
  }

  /** Checks the address that a connection is about to be made to. @throws RefusedAddressError */
  checkAddress(address: string): void {
    const plain = address.replace(/%.*$/, '');
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    if (this.#allowed.check(plain, family)) return;
    if (isIP(plain) !== 0 && !this.#special[family].check(plain, family)) return;
    throw new RefusedAddressError(
      `\`${address}\` is not a public address; to send there, name it in \`allow.addresses\``,
    );
  }
}

function namesOf(hosts: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(hosts)) throw invalidArgument('allow.hosts', 'a list of names', hosts);
  return new Set(
    Array.from(hosts as readonly unknown[], (host) => {
      if (typeof host === 'string' && host !== '') return host.toLowerCase();
      throw invalidArgument('allow.hosts', 'names such as `localhost`', host);
    }),
  );
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  if (!Array.isArray(networks)) {
    throw invalidArgument('allow.addresses', 'a list of networks', networks);
  }
  for (const network of networks as readonly unknown[]) {
    // Without digits behind a slash the length would be read as 0: all addresses there are.
    const [, address = '', bits] = NETWORK.exec(typeof network === 'string' ? network : '') ?? [];
    const version = isIP(address);
    const prefix = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
    try {
      list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
    } catch {
      throw invalidArgument('allow.addresses', 'networks such as `10.0.0.0/8`', network);
    }
  }
  return list;
}
