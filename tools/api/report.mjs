/**
 * Compares the public interface of packages with the reports in `etc/`, one for each entry point. `--update`
 * writes the reports anew.
 *
 *     node tools/api/report.mjs [--update] [package folder …]
 *
 * Without a folder it is the working directory, where that is a package, else every package. Build first: what
 * is looked at is what consumers get, the declarations in `dist`.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

/** @import { IConfigFile } from '@microsoft/api-extractor' */

const root = fileURLToPath(new URL('../../', import.meta.url));
const reports = join(root, 'etc');

const { values, positionals } = parseArgs({
  options: { update: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folders = positionals.length > 0 ? positionals.map((path) => resolve(path)) : await here();
await mkdir(reports, { recursive: true });
let failed = false;
for (const folder of folders) {
  for (const entry of await entryPointsOf(folder)) {
    if (!report(folder, entry, values.update)) failed = true;
  }
}
process.exitCode = failed ? 1 : 0;

/** The packages that the command is about where none is named. */
async function here() {
  const packages = join(root, 'packages');
  const folder = process.cwd();
  if (resolve(folder, '..') === packages) return [folder];
  return (await readdir(packages)).toSorted().map((name) => join(packages, name));
}

/**
 * The entry points of a package, with the names of their reports: `storage-testkit` and
 * `storage-testkit.vitest`.
 *
 * @param {string} folder
 * @returns {Promise<{ readonly name: string; readonly types: string }[]>}
 */
async function entryPointsOf(folder) {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [{ name: basename(folder) + path.slice(1).replaceAll('/', '.'), types: target.types }],
  );
}

/**
 * Compares one report, or writes it; says what is wrong and returns whether nothing is.
 *
 * @param {string} folder
 * @param {{ readonly name: string; readonly types: string }} entry
 * @param {boolean} update
 */
function report(folder, { name, types }, update) {
  const declarations = join(folder, types);
  if (!existsSync(declarations)) {
    console.error(`${name}: there is no ${declarations}; run \`npm run build\` first`);
    return false;
  }
  const problems = new Set();
  const config = ExtractorConfig.prepare({
    configObject: configOf(folder, name, declarations),
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    messageCallback(message) {
      const { logLevel, messageId, text, sourceFilePath, sourceFileLine } = message;
      message.handled = true;
      if (messageId === 'console-api-report-copied' || messageId === 'console-api-report-created')
        return;
      if (logLevel !== ExtractorLogLevel.Error && logLevel !== ExtractorLogLevel.Warning) return;
      if (messageId === 'console-api-report-not-copied') return;
      const place = sourceFilePath === undefined ? '' : `${sourceFilePath}:${sourceFileLine}: `;
      problems.add(`${place}${text} (${messageId})`);
    },
  });
  const path = `etc/${name}.api.md`;
  for (const problem of problems) console.error(`${name}: ${problem}`);
  if (apiReportChanged && !update) {
    console.error(
      `${path} is not the public interface of ${name} any more; if the change is meant, run ` +
        '`npm run api:update` and look at the difference',
    );
  }
  const good = problems.size === 0 && (update || !apiReportChanged);
  if (good) console.log(`${path} ${apiReportChanged ? 'written' : 'is up to date'}`);
  return good;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} declarations
 * @returns {IConfigFile}
 */
function configOf(folder, name, declarations) {
  return {
    projectFolder: folder,
    mainEntryPointFilePath: declarations,
    compiler: { tsconfigFilePath: join(root, 'tools/api/tsconfig.json') },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: reports,
      reportTempFolder: join(folder, 'out-tsc', 'api'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      compilerMessageReporting: { default: { logLevel: 'error' } },
      extractorMessageReporting: {
        default: { logLevel: 'error' },
        // In the report, so that a new one is seen.
        'ae-forgotten-export': { logLevel: 'error', addToApiReportFile: true },
        // Everything that is exported is public; there are no tags to say so.
        'ae-missing-release-tag': { logLevel: 'none' },
        // Typedoc, which knows that a class inherits the comments of its interface, checks these two.
        'ae-undocumented': { logLevel: 'none' },
        'ae-unresolved-link': { logLevel: 'none' },
      },
      // The comments name what is thrown as JSDoc does.
      tsdocMessageReporting: { default: { logLevel: 'none' } },
    },
  };
}
