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

/** Matches the dependencies that are measured with, not measured. */
const NOT_PEERS = /^(@philjs\/|cli-|d3-)/;

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
  const peers = Object.keys(manifestOf('..').dependencies).filter((name) => !NOT_PEERS.test(name));
  return Object.fromEntries(peers.map((name) => [name, manifestOf(name).version]));
}

function manifestOf(name: string): { version: string; dependencies: Record<string, string> } {
  return JSON.parse(readFileSync(findPackageJSON(name, import.meta.url) ?? '', 'utf8'));
}

/** Returns how many processes wanted to run during the last minute, on average. */
export function loadOfLastMinute(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100;
}
