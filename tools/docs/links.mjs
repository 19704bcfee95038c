import { access, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** @import { Page } from './pages.mjs' */

/**
 * Finds the links to files and headings that are not there. Links to other sites are left alone: a test
 * needs no network.
 *
 * @param {string} root
 * @param {readonly Page[]} pages
 * @returns {Promise<readonly string[]>} a line each
 */
export async function brokenLinks(root, pages) {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  /** @type {string[]} */
  const broken = [];
  for (const page of pages) {
    for (const { url, line } of page.links) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(url)) continue;
      const [file = '', anchor] = url.split('#', 2);
      const path = file === '' ? page.path : normalize(join(dirname(page.path), decodeURI(file)));
      const place = `${page.path}:${line}: ${url}`;
      const target = byPath.get(path);
      if (target === undefined && !(await exists(join(root, path)))) {
        broken.push(`${place} leads to no file`);
      } else if (anchor !== undefined && target?.anchors.has(anchor) !== true) {
        broken.push(`${place} leads to no heading`);
      }
    }
  }
  return broken;
}

/**
 * Finds the tests that a page names by a link, and that are not in the file it leads to.
 *
 * @param {string} root
 * @param {Page} page
 * @returns {Promise<readonly string[]>} a line each
 */
export async function missingTests(root, page) {
  /** @type {string[]} */
  const missing = [];
  for (const { url, text, line } of page.links) {
    if (!/\/(?:test|cases)\/.*\.ts$/.test(url) || text.endsWith('.ts')) continue;
    const source = await readFile(join(root, dirname(page.path), url), 'utf8');
    if (!source.replaceAll("\\'", "'").includes(text)) {
      missing.push(`${page.path}:${line}: "${text}" is no test of ${url}`);
    }
  }
  return missing;
}

/** @param {string} path */
async function exists(path) {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
