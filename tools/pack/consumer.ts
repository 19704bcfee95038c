import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from './packages.ts';
import { mustRun, run, type Ending } from './run.ts';

const COMPILER = join(root, 'node_modules/typescript/bin/tsc');

/** What a careful consumer of the packages compiles with: the declarations of what it installed are checked too. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  types: [],
  outDir: 'out',
};

/** A project outside the workspace, which has nothing but what is installed into it. */
export class Consumer {
  /** Where it is. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the project empty, and installs tarballs or packages by name. */
  async install(what: readonly string[]): Promise<void> {
    const manifest = { name: 'consumer', version: '1.0.0', private: true, type: 'module' };
    await writeFile(join(this.folder, 'package.json'), JSON.stringify(manifest));
    await mustRun(this.folder, 'npm', [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...what,
    ]);
  }

  /** Compiles a program of `programs/`; what the compiler says is empty where all is well. */
  async compile(program: string): Promise<string> {
    await copyFile(join(import.meta.dirname, 'programs', program), join(this.folder, program));
    const config = { compilerOptions: COMPILER_OPTIONS, files: [program] };
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify(config));
    const { code, stdout, stderr } = await run(this.folder, process.execPath, [
      COMPILER,
      '-p',
      '.',
    ]);
    return code === 0 ? '' : stdout + stderr;
  }

  /** Runs what a program of `programs/` was compiled to. */
  async runProgram(program: string): Promise<Ending> {
    return this.run([join('out', program.replace(/ts$/, 'js'))]);
  }

  /** Runs a file of the project with this version of Node. */
  async run(args: readonly string[]): Promise<Ending> {
    return run(this.folder, process.execPath, args, 60_000);
  }
}
