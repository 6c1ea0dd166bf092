import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

/** Describes the machine of a result, without its name. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
}

interface Manifest {
  readonly version: string;
  readonly dependencies?: { readonly [name: string]: string };
}

/** Matches our own packages, and packages that draw tables. */
const NOT_PEERS = /^(@philjs\/|cli-)/;

/** Describes this machine. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

/** Reads the versions of the peers: the dependencies of this package that are not our own. */
export function peerVersions(): { readonly [name: string]: string } {
  const { dependencies } = readManifest(findPackageJSON(import.meta.url));
  const peers = Object.keys(dependencies ?? {}).filter((name) => !NOT_PEERS.test(name));
  return Object.fromEntries(
    peers.map((name) => [name, readManifest(findPackageJSON(name, import.meta.url)).version]),
  );
}

function readManifest(path: string | undefined): Manifest {
  if (path === undefined) throw new Error('A package without package.json');
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}

/** Returns how many processes wanted to run during the last minute, on average. */
export function loadOfLastMinute(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
