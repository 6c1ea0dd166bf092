// Plain Node (>= 20): runs before anything is installed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.js';

/**
 * @typedef {object} PackageManifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 * @property {{ needs?: string[], installs?: string[], node?: string }} [philjs] what the workspace's scripts want to know
 */

/**
 * @typedef {object} WorkspacePackage
 * @property {string} name
 * @property {string} folder absolute
 * @property {string} path relative to the root, with slashes
 * @property {PackageManifest} manifest
 */

/**
 * Lists the packages (or the examples) of the workspace, `jobs-core` first, then by name.
 *
 * @param {...('packages' | 'examples')} parents
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages(...parents) {
  const wanted = parents.length > 0 ? parents : /** @type {const} */ (['packages', 'examples']);
  return wanted.flatMap((parent) => {
    const folder = join(root, parent);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((entry) => existsSync(join(folder, entry, 'package.json')))
      .sort((a, b) => Number(b === 'jobs-core') - Number(a === 'jobs-core') || a.localeCompare(b))
      .map((entry) => {
        const manifest = JSON.parse(readFileSync(join(folder, entry, 'package.json'), 'utf8'));
        return {
          name: manifest.name,
          folder: join(folder, entry),
          path: `${parent}/${entry}`,
          manifest,
        };
      });
  });
}
