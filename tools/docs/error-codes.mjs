import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** @import { Page } from './pages.mjs' */

/** A union of codes: `export type LockStoreErrorCode = | 'UNAVAILABLE' | …;` */
const UNION = /export type (?<name>[A-Z]\w*Error)Code\s*=(?<codes>[^;]*);/g;

/**
 * The codes of every error class of every package, as `Class: CODE`.
 *
 * @param {string} root
 * @returns {Promise<ReadonlySet<string>>}
 */
export async function declaredCodes(root) {
  const codes = new Set();
  for (const entry of await readdir(join(root, 'packages'), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const file of await sources(join(root, 'packages', entry.name, 'src'))) {
      const text = await readFile(file, 'utf8');
      for (const { groups } of text.matchAll(UNION)) {
        for (const [, code] of (groups?.['codes'] ?? '').matchAll(/'([A-Z_]+)'/g)) {
          codes.add(`${groups?.['name']}: ${code}`);
        }
      }
    }
  }
  return codes;
}

/**
 * The codes that a page has a heading for.
 *
 * @param {Page} page
 * @returns {ReadonlySet<string>}
 */
export function describedCodes(page) {
  const headings = page.headings.map(({ text }) => text);
  return new Set(headings.filter((text) => /^[A-Z]\w*Error: [A-Z_]+$/.test(text)));
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function sources(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}
