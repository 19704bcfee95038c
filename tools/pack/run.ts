import { execFile } from 'node:child_process';

/** How a program ended, and what it said. */
export interface Ending {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the programs started here must not learn from the one that started them. */
const OF_THIS_RUN =
  /^(npm_(package|lifecycle|config_local_prefix|config_workspace)|INIT_CWD|NODE_OPTIONS|NODE_PATH|NODE_ENV|VITEST|TEST$|JUJU_)/;

/** Runs a program in a folder to its end, which a time limit may bring about. */
export function run(
  folder: string,
  program: string,
  args: readonly string[],
  timeoutMs = 300_000,
): Promise<Ending> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name)),
  );
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: folder, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({
          code: error === null ? 0 : (error.code ?? error.signal ?? null),
          stdout,
          stderr,
        });
      },
    );
  });
}

/** Runs a program that has to succeed, and gives what it printed. */
export async function mustRun(
  folder: string,
  program: string,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await run(folder, program, args);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
}
