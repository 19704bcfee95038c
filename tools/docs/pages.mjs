import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { visit } from 'unist-util-visit';

/**
 * A fenced block of a page.
 *
 * @typedef {object} Fence
 * @property {string} language the first word after the fence, or the empty text
 * @property {readonly string[]} marks the other words
 * @property {number} line the line of the fence, from 1
 * @property {string} text
 * @property {string} heading the text of the paragraph right before it, if there is one
 */

/**
 * A link of a page.
 *
 * @typedef {object} Link
 * @property {string} url
 * @property {string} text
 * @property {number} line the line it is in, from 1
 */

/**
 * A Markdown page.
 *
 * @typedef {object} Page
 * @property {string} path from the root of the repository
 * @property {string} text
 * @property {readonly Fence[]} fences
 * @property {readonly { readonly text: string, readonly depth: number }[]} headings
 * @property {ReadonlySet<string>} anchors
 * @property {readonly Link[]} links images are among them
 */

/** Folders of what is installed or generated. */
const SKIPPED = new Set([
  'node_modules',
  'dist',
  'out',
  'out-tsc',
  'coverage',
  'api',
  'etc',
  'temp',
  'demo-output',
]);

/**
 * Reads every Markdown page of the repository.
 *
 * @param {string} root
 * @returns {Promise<readonly Page[]>}
 */
export async function readPages(root) {
  const paths = await markdownFiles(root, '');
  return Promise.all(
    paths.toSorted().map(async (path) => parsePage(path, await readFile(join(root, path), 'utf8'))),
  );
}

/**
 * Reads one page.
 *
 * @param {string} path
 * @param {string} text
 * @returns {Page}
 */
export function parsePage(path, text) {
  const tree = fromMarkdown(text);
  const slugger = new GithubSlugger();
  /** @type {Fence[]} */
  const fences = [];
  /** @type {{ text: string, depth: number }[]} */
  const headings = [];
  /** @type {Set<string>} */
  const anchors = new Set();
  /** @type {Link[]} */
  const links = [];
  visit(tree, (node, index, parent) => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'code') {
      const before = parent?.children[(index ?? 0) - 1];
      fences.push({
        language: node.lang ?? '',
        marks: (node.meta ?? '').split(/\s+/).filter((word) => word !== ''),
        line,
        text: node.value,
        heading: before === undefined ? '' : textOf(before),
      });
    } else if (node.type === 'heading') {
      const heading = textOf(node);
      headings.push({ text: heading, depth: node.depth });
      anchors.add(slugger.slug(heading));
    } else if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      links.push({ url: node.url, text: textOf(node), line });
    }
  });
  return { path, text, fences, headings, anchors, links };
}

/**
 * The text of a node and of everything in it.
 *
 * @param {object} node
 * @returns {string}
 */
function textOf(node) {
  if ('value' in node && typeof node.value === 'string') return node.value;
  if (!('children' in node) || !Array.isArray(node.children)) return '';
  return node.children.map(textOf).join('');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
async function markdownFiles(root, folder) {
  /** @type {string[]} */
  const paths = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
      paths.push(...(await markdownFiles(root, path)));
    } else if (entry.name.endsWith('.md')) {
      paths.push(path);
    }
  }
  return paths;
}
