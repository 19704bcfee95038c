import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { Script } from 'node:vm';

import { identityOf, keepCode, readKeptCode } from './kept-code.ts';

/** What Node puts around a module in CommonJS. */
const BEFORE = '(function (exports, require, module, __filename, __dirname) {';
const AFTER = '\n})';
const HASHBANG = /^#!.*/;
/** Also where it stands in a text or a comment, which costs time and nothing else. */
const IMPORTS_LATE = /\bimport\s*\(/;

/**
 * Runs a charm that was bundled into one file in CommonJS, as `require` would. What V8 compiles of it in one hook is
 * kept for the next ones, beside the bundle in a file whose name ends in `.code`, so that they hardly compile anything.
 *
 * Call it once, in a file of its own that loads nothing else; bundle that file too, and have `dispatch` start it.
 *
 * The first hook of each name writes the kept file again, with what that hook needed. A file that belongs to another
 * bundle or another Node is written anew; one that cannot be read or written costs time and nothing else. The folder
 * of the charm is Juju's and root's, as is what is kept there.
 *
 * Nothing is kept of a bundle with an `import()` in it, which Node 20 cannot run from kept code: have the bundler make
 * a `require` of it, esbuild by `--supported:dynamic-import=false`.
 *
 * @param bundle - its path, from the folder of the file that Node was started with
 * @throws whatever the code of the bundle throws while it is loaded; the system's error where it cannot be read
 */
export function runBundle(bundle: string): void {
  const path = resolve(dirname(process.argv[1] ?? ''), bundle);
  const identity = identityOf(path);
  const source = readFileSync(path, 'utf8');
  const require = createRequire(path);
  if (IMPORTS_LATE.test(source)) {
    require(path);
    return;
  }
  const kept = readKeptCode(path, identity);
  const script = new Script(`${BEFORE}${source.replace(HASHBANG, '')}${AFTER}`, {
    filename: path,
    // A stack names the places as they are in the bundle.
    columnOffset: -BEFORE.length,
    cachedData: kept?.code,
  });
  const hooks = script.cachedDataRejected === false ? (kept?.hooks ?? []) : [];
  const hook = process.env['JUJU_DISPATCH_PATH'] ?? '';
  // At its end everything that the hook needs has been compiled.
  if (!hooks.includes(hook))
    process.once('exit', () => {
      keepCode(path, identity, { hooks: [...hooks, hook], code: script.createCachedData() });
    });
  const module = { exports: {} };
  const load: unknown = script.runInThisContext();
  if (typeof load !== 'function') throw new TypeError(`${path} is no module in CommonJS`);
  load.call(module.exports, module.exports, require, module, path, dirname(path));
}
