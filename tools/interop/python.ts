import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A Python with the pinned packages, or why there is none. */
export type Python =
  | { readonly ready: true; readonly folder: string; readonly program: string }
  | { readonly ready: false; readonly why: string };

const run = promisify(execFile);
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/baton-interop', import.meta.url));
const oldest = [3, 10] as const;

/**
 * Finds the virtual environment with the pinned packages, or makes it. It is made whole and then moved into
 * place, so that it may be asked for by several processes at once.
 */
export async function findPython(): Promise<Python> {
  try {
    return await make();
  } catch (error) {
    const why = whyNot(error);
    if (why === undefined) throw error;
    return { ready: false, why };
  }
}

async function make(): Promise<Python> {
  const { stdout } = await run('python3', ['-c', 'import sys; print(*sys.version_info[:2])']);
  const [major = 0, minor = 0] = stdout.split(' ').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    const why = `python3 is ${major}.${minor}, and ${oldest.join('.')} is needed`;
    return { ready: false, why };
  }
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .update(stdout);
  const folder = join(cache, wanted.digest('hex').slice(0, 16));
  if (!(await exists(folder))) await install(folder);
  return { ready: true, folder, program: join(folder, 'bin', 'python') };
}

async function install(folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(join(unfinished, 'bin', 'python'), [...pip, '--requirement', requirements]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was faster, and what it made is the same.
    if (isErrno(error, 'ENOTEMPTY') || isErrno(error, 'EEXIST')) return;
    throw error;
  }
}

/** What a machine lacks where the packages cannot be had; undefined for any other error. */
function whyNot(error: unknown): string | undefined {
  if (isErrno(error, 'ENOENT')) return 'there is no python3 on the PATH';
  // A program that ended with an exit code says why in its last line.
  if (!(error instanceof Error) || !('stderr' in error) || !('cmd' in error)) return undefined;
  const said = `${'stdout' in error ? String(error.stdout) : ''}${String(error.stderr)}`.trim();
  return `\`${String(error.cmd)}\` failed: ${said.slice(said.lastIndexOf('\n') + 1)}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
