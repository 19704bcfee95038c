import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HookError, HookExit, Hooks } from '../src/index.ts';

let hooks: Hooks;
let ran: string[];
let exitCodeBefore: typeof process.exitCode;
let argvBefore: string[];

beforeEach(() => {
  hooks = new Hooks();
  ran = [];
  exitCodeBefore = process.exitCode;
  argvBefore = process.argv;
  for (const name of ['JUJU_DISPATCH_PATH', 'JUJU_HOOK_NAME', 'JUJU_CONTEXT_ID']) {
    vi.stubEnv(name, undefined);
  }
  hooks.around((body, { kind, name }) => {
    ran.push(`${kind} ${name}`);
    return body();
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.argv = argvBefore;
  process.exitCode = exitCodeBefore;
});

/** Catches what is written to stderr. */
function catchStderr(): string[] {
  const texts: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  return texts;
}

describe('execute, in this process', () => {
  it('runs the hook of its argument before any other', async () => {
    vi.stubEnv('JUJU_HOOK_NAME', 'stop');
    hooks.on('start', () => ran.push('the function'));
    await hooks.execute({ name: 'start' });
    expect(ran).toEqual(['hook start', 'the function']);
  });

  it('runs the hook of the environment', async () => {
    vi.stubEnv('JUJU_DISPATCH_PATH', 'hooks/update-status');
    await hooks.execute();
    expect(ran).toEqual(['hook update-status']);
  });

  it('runs the action that the program is called by', async () => {
    process.argv = [process.execPath, '/charm/actions/show-locks'];
    hooks.action('show-locks', () => undefined);
    await hooks.execute();
    expect(ran).toEqual(['action show-locks']);
  });

  it.each([
    ['hooks/strat', 'UNKNOWN_HOOK'],
    ['actions/shew', 'UNKNOWN_ACTION'],
    ['hooks/', 'UNKNOWN_HOOK'],
  ] as const)('refuses %s, for which the charm has no function', async (name, code) => {
    hooks.on('start', () => undefined);
    const refused = hooks.execute({ name });
    await expect(refused).rejects.toSatisfy((error) => HookError.is(error, code));
    expect(ran).toEqual([]);
  });

  it('sets the exit code of a HookExit and says why', async () => {
    const texts = catchStderr();
    hooks.on('start', () => {
      throw new HookExit(3, 'the database is away');
    });
    await hooks.execute({ name: 'start' });
    expect(process.exitCode).toBe(3);
    expect(texts).toEqual(['hook start failed: the database is away\n']);
  });

  it('throws every other error', async () => {
    hooks.on('start', () => {
      throw new Error('broken');
    });
    await expect(hooks.execute({ name: 'start' })).rejects.toThrow('broken');
    expect(process.exitCode).toBe(exitCodeBefore);
  });

  it('runs nothing where the exit code said failure before', async () => {
    const texts = catchStderr();
    hooks.on('start', () => undefined);
    process.exitCode = 2;
    await hooks.execute({ name: 'start' });
    expect(process.exitCode).toBe(2);
    expect(ran).toEqual([]);
    expect(texts.join('')).toContain('process.exitCode was set to 2');
  });
});
