import { HookExit } from './hook-exit.ts';

/** How many hooks run in this process just now: agents of several units may share one. */
let running = 0;
/** What `process.exitCode` was before the first of them. */
let before: typeof process.exitCode;

/**
 * Puts `process.exitCode` aside for the time of a hook, so that what the hook sets is told from what was
 * set before; returns how to put it back, to be called once when the hook has ended.
 */
export function holdExitCode(): () => void {
  if (running === 0) {
    before = process.exitCode;
    process.exitCode = undefined;
  }
  running += 1;
  return () => {
    running -= 1;
    if (running === 0) process.exitCode = before;
  };
}

/**
 * Takes a `process.exitCode` that says failure away and gives it as what to throw; undefined where it is
 * unset or 0.
 */
export function takeExitCode(): HookExit | undefined {
  const code = Number(process.exitCode ?? 0);
  if (code === 0) return undefined;
  process.exitCode = undefined;
  // The operating system keeps eight bits; what they make of a failure must not be a success.
  const exitCode = code & 255 || 1;
  return new HookExit(exitCode, `process.exitCode was set to ${code}`);
}

/**
 * Makes a failure of a non-zero `process.exitCode`.
 *
 * @throws {HookExit} with that code, which is unset by this
 */
export function throwExitCode(): void {
  const exit = takeExitCode();
  if (exit !== undefined) throw exit;
}
