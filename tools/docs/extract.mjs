import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readPages } from './pages.mjs';

/** @import { Fence, Page } from './pages.mjs' */

/**
 * A TypeScript module of a Markdown page.
 *
 * @typedef {object} Example
 * @property {string} page the page's path from the root of the repository
 * @property {number} line the line of its last block in the page, from 1
 * @property {string} code the code, every line at its place in the page, so that a compiler's line is the page's
 * @property {string | undefined} file the name that the page gives it; others on the page may import it by that
 * @property {boolean} run whether it is executed too
 * @property {string | undefined} prints what it must print, where the page says so
 */

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where examples are written; git ignores it. */
export const outFolder = fileURLToPath(new URL('out/', import.meta.url));

/** The words that may follow `ts` on a fence, beside `file=<name>`. */
const MARKS = new Set(['run', 'continued']);

/**
 * Takes the TypeScript modules out of a page. A `ts` block is a module of its own; `ts continued` goes on
 * with the block before; `ts run` is executed too, and when the next block is a `text` block with the word
 * "prints" between the two, that is what it must print; `ts file=charm.ts` is a file that the
 * page's other files import by that name; a later one of the same name takes its place.
 *
 * @param {Page} page
 * @returns {readonly Example[]}
 */
export function examplesOf(page) {
  /** @type {Example[]} */
  const examples = [];
  for (const [index, fence] of page.fences.entries()) {
    if (fence.language !== 'ts') continue;
    const { file, marks } = readMarks(page, fence);
    const before = examples.at(-1);
    const continued = marks.has('continued');
    if (continued && before === undefined) {
      throw new Error(`${page.path}:${fence.line}: there is no block before to continue`);
    }
    examples.push({
      page: page.path,
      line: fence.line,
      code: placed(fence, continued && before !== undefined ? before.code : ''),
      file: file ?? (continued ? before?.file : undefined),
      run: marks.has('run'),
      prints: printed(fence, page.fences[index + 1]),
    });
  }
  return examples;
}

/**
 * @param {Page} page
 * @param {Fence} fence
 */
function readMarks(page, fence) {
  /** @type {string | undefined} */
  let file;
  const marks = new Set();
  for (const word of fence.marks) {
    if (word.startsWith('file=')) file = word.slice('file='.length);
    else if (MARKS.has(word)) marks.add(word);
    else throw new Error(`${page.path}:${fence.line}: unknown mark "${word}" on a ts block`);
  }
  return { file, marks };
}

/**
 * Puts the lines of a block where they are in the page, after code that is there already.
 *
 * @param {Fence} fence
 * @param {string} before
 */
function placed(fence, before) {
  const linesBefore = before === '' ? 0 : before.split('\n').length - 1;
  return `${before}${'\n'.repeat(fence.line - linesBefore)}${fence.text}\n`;
}

/**
 * @param {Fence} fence
 * @param {Fence | undefined} next
 * @returns {string | undefined}
 */
function printed(fence, next) {
  if (next?.language !== 'text' || !/\bprints\b/.test(next.heading)) return undefined;
  return next.line > fence.line ? `${next.text}\n` : undefined;
}

/** A module that was written, and where it is. @typedef {Example & { readonly path: string }} WrittenExample */

/**
 * Writes the examples of all pages. An example that is a file stands beside the page's other files, each in
 * its latest form so far, or, where it comes later, in its first.
 *
 * @param {string} folder which is emptied first
 * @param {readonly Page[]} pages
 * @returns {Promise<readonly WrittenExample[]>}
 */
export async function writeExamples(folder, pages) {
  await rm(folder, { recursive: true, force: true });
  /** @type {WrittenExample[]} */
  const written = [];
  for (const page of pages) {
    const examples = examplesOf(page);
    for (const [index, example] of examples.entries()) {
      const place = join(folder, `${page.path}.${example.line}`);
      for (const [name, code] of filesAt(examples, index)) await write(join(place, name), code);
      const path = join(place, example.file ?? 'example.ts');
      await write(path, example.code);
      written.push({ ...example, path });
    }
  }
  await write(join(folder, 'tsconfig.json'), `${JSON.stringify(TSCONFIG, null, 2)}\n`);
  return written;
}

/**
 * @param {readonly Example[]} examples
 * @param {number} index
 * @returns {ReadonlyMap<string, string>}
 */
function filesAt(examples, index) {
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const [each, { file, code }] of examples.entries()) {
    if (file !== undefined && (each <= index || !files.has(file))) files.set(file, code);
  }
  return files;
}

const TSCONFIG = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    rewriteRelativeImportExtensions: false,
    moduleDetection: 'force',
    noEmit: true,
  },
  include: ['.'],
};

/**
 * @param {string} path
 * @param {string} text
 */
async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await writeExamples(outFolder, await readPages(root));
  console.log(`${written.length} examples in ${outFolder}`);
}
