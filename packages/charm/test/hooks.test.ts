import type { HookInfo, HookReport } from '@baton/coordinator';
import { Serial } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HookError, HookExit, Hooks } from '../src/index.ts';

const START: HookInfo = { name: 'start', kind: 'hook' };
const SHOW: HookInfo = { name: 'show-locks', kind: 'action' };

let hooks: Hooks;
let steps: string[];
let exitCodeBefore: typeof process.exitCode;

beforeEach(() => {
  hooks = new Hooks();
  steps = [];
  exitCodeBefore = process.exitCode;
});
afterEach(() => {
  process.exitCode = exitCodeBefore;
});

/** A function that writes its name down. */
function step(name: string): () => Promise<void> {
  return async () => {
    await Promise.resolve();
    steps.push(name);
  };
}

/** Registers a wrap that writes down how the hook went on inside it. */
function watchFromOutside(name = 'wrap'): void {
  hooks.around(async (body) => {
    steps.push(`${name} begins`);
    try {
      const report = await body();
      steps.push(`${name}: charmRan ${report.charmRan}`);
      return report;
    } catch (error) {
      steps.push(`${name}: ${error instanceof Error ? error.name : 'thrown'}`);
      throw error;
    }
  });
}

function fail(message = 'broken'): () => never {
  return () => {
    throw new Error(message);
  };
}

async function leave(): Promise<void> {
  await Promise.resolve();
  throw new HookExit(0);
}

describe('which functions run', () => {
  it('runs the functions of on and always in the order they were registered', async () => {
    hooks.on('start', step('1'));
    hooks.always(step('2'));
    hooks.on(['stop', 'start'], step('3'));
    hooks.on('stop', step('not this'));
    hooks.always(step('4'));
    expect(await hooks.run(START)).toEqual({ ok: true });
    expect(steps).toEqual(['1', '2', '3', '4']);
  });

  it('gives each function the hook', async () => {
    const seen: HookInfo[] = [];
    hooks.atStart((hook) => seen.push(hook));
    hooks.always((hook) => seen.push(hook));
    hooks.atExit((hook) => seen.push(hook));
    await hooks.run(START);
    expect(seen).toEqual([START, START, START]);
  });

  it('runs in an action its own function and not those of always, nor those of a hook of that name', async () => {
    hooks.always(step('always'));
    hooks.on('show-locks', step('hook'));
    hooks.action('show-locks', step('action'));
    hooks.atStart(step('atStart'));
    hooks.atExit(step('atExit'));
    expect(await hooks.run(SHOW)).toEqual({ ok: true });
    expect(steps).toEqual(['atStart', 'action', 'atExit']);
  });

  it('runs no action as a hook', async () => {
    hooks.action('start', step('action'));
    watchFromOutside();
    await hooks.run(START);
    expect(steps).toEqual(['wrap begins', 'wrap: charmRan false']);
  });

  it('runs the functions of a hook in a command of juju exec', async () => {
    hooks.on('start', step('start'));
    await hooks.run({ name: 'start', kind: 'exec' });
    expect(steps).toEqual(['start']);
  });

  it('knows names like those of Object.prototype only when they are registered', async () => {
    watchFromOutside();
    await hooks.run({ name: 'constructor', kind: 'hook' });
    hooks.on('__proto__', step('proto'));
    await hooks.run({ name: '__proto__', kind: 'hook' });
    expect(steps).toContain('proto');
    expect(steps).toContain('wrap: charmRan false');
  });

  it('refuses a second function for one action', () => {
    hooks.action('show-locks', step('1'));
    expect(() => hooks.action('show-locks', step('2'))).toThrow(
      expect.objectContaining({ code: 'ACTION_TAKEN', retryable: false }),
    );
  });

  it('runs nothing for an unknown action, and names the known ones', async () => {
    hooks.action('show-locks', step('action'));
    hooks.action('cancel', step('action'));
    watchFromOutside();
    const result = await hooks.run({ name: 'shew-locks', kind: 'action' });
    expect(result).toMatchObject({
      ok: false,
      exitCode: 1,
      error: {
        code: 'UNKNOWN_ACTION',
        message: expect.stringMatching(/shew-locks.*cancel, show-locks/),
      },
    });
    expect(steps).toEqual([]);
  });
});

describe('what goes around the functions', () => {
  it('nests the wraps, the first outermost, with atStart in order and atExit in reverse inside them', async () => {
    hooks.on('start', step('fn'));
    hooks.atExit(step('exit 1'));
    hooks.atStart(step('start 1'));
    watchFromOutside('outer');
    watchFromOutside('inner');
    hooks.atStart(step('start 2'));
    hooks.atExit(step('exit 2'));
    await hooks.run(START);
    expect(steps).toEqual([
      'outer begins',
      'inner begins',
      'start 1',
      'start 2',
      'fn',
      'exit 2',
      'exit 1',
      'inner: charmRan true',
      'outer: charmRan true',
    ]);
  });

  it('runs the wraps and no code of the charm in a hook without function', async () => {
    hooks.on('stop', step('fn'));
    hooks.atStart(step('atStart'));
    hooks.atExit(step('atExit'));
    watchFromOutside();
    expect(await hooks.run(START)).toEqual({ ok: true });
    expect(steps).toEqual(['wrap begins', 'wrap: charmRan false']);
  });

  it('keeps everything registered for the hooks that follow', async () => {
    hooks.always(step('fn'));
    hooks.atStart(step('atStart'));
    hooks.atExit(step('atExit'));
    await hooks.run(START);
    await hooks.run({ name: 'stop', kind: 'hook' });
    expect(steps).toEqual(['atStart', 'fn', 'atExit', 'atStart', 'fn', 'atExit']);
  });

  it('has a wrap that came in the middle of a hook from the next hook on', async () => {
    hooks.on('install', () => watchFromOutside());
    hooks.always(step('fn'));
    await hooks.run({ name: 'install', kind: 'hook' });
    await hooks.run(START);
    expect(steps).toEqual(['fn', 'wrap begins', 'fn', 'wrap: charmRan true']);
  });

  it('runs at the end of a hook the atExit function that came in the middle of it', async () => {
    hooks.on('start', () => hooks.atExit(step('atExit')));
    await hooks.run(START);
    expect(steps).toEqual(['atExit']);
  });
});

describe('failures', () => {
  it.each(['atStart', 'function', 'atExit'] as const)(
    'of the charm (%s) go through every wrap, and nothing more of the charm runs',
    async (place) => {
      watchFromOutside('outer');
      watchFromOutside('inner');
      if (place === 'atStart') hooks.atStart(fail());
      hooks.atStart(step('atStart'));
      if (place === 'function') hooks.on('start', fail());
      hooks.on('start', step('fn'));
      hooks.atExit(step('atExit'));
      if (place === 'atExit') hooks.atExit(fail());
      const result = await hooks.run(START);
      expect(result).toMatchObject({ ok: false, exitCode: 1, error: { message: 'broken' } });
      const ran = { atStart: [], function: ['atStart'], atExit: ['atStart', 'fn'] }[place];
      expect(steps).toEqual([
        'outer begins',
        'inner begins',
        ...ran,
        'inner: Error',
        'outer: Error',
      ]);
    },
  );

  it('of a wrap before its body fail the hook and keep the charm from running', async () => {
    watchFromOutside('outer');
    hooks.around(fail('no store'));
    hooks.on('start', step('fn'));
    expect(await hooks.run(START)).toMatchObject({ ok: false, error: { message: 'no store' } });
    expect(steps).toEqual(['outer begins', 'outer: Error']);
  });

  it('of a wrap after its body fail the hook', async () => {
    watchFromOutside('outer');
    hooks.around(async (body) => {
      await body();
      throw new Error('not published');
    });
    hooks.on('start', step('fn'));
    expect(await hooks.run(START)).toMatchObject({
      ok: false,
      error: { message: 'not published' },
    });
    expect(steps).toEqual(['outer begins', 'fn', 'outer: Error']);
  });

  it('that a wrap swallows are failures for those outside it all the same', async () => {
    watchFromOutside('outer');
    hooks.around((body) => body().catch(() => ({ charmRan: true })));
    hooks.on('start', fail());
    expect(await hooks.run(START)).toMatchObject({ ok: false, error: { message: 'broken' } });
    expect(steps).toEqual(['outer begins', 'outer: Error']);
  });

  it('are reported of a wrap that leaves the body out, or calls it twice', async () => {
    const misused = {
      ok: false,
      error: { code: 'WRAP_MISUSED', message: expect.stringContaining('start') },
    };
    hooks.on('start', step('fn'));
    hooks.around(() => Promise.resolve({ charmRan: true }));
    expect(await hooks.run(START)).toMatchObject(misused);
    expect(steps).toEqual([]);

    hooks = new Hooks();
    hooks.on('start', step('fn'));
    hooks.around(async (body) => {
      await body();
      return body();
    });
    expect(await hooks.run(START)).toMatchObject(misused);
    expect(steps).toEqual(['fn']);
  });

  it('do not end a hook while a wrap has left its body running', async () => {
    hooks.on('start', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      steps.push('fn');
    });
    hooks.around((body) => {
      void body();
      throw new Error('did not wait');
    });
    await hooks.run(START);
    expect(steps).toEqual(['fn']);
  });

  it('leave nothing behind for the next hook', async () => {
    hooks.on('install', fail());
    hooks.on('start', step('fn'));
    await hooks.run({ name: 'install', kind: 'hook' });
    expect(await hooks.run(START)).toEqual({ ok: true });
    expect(steps).toEqual(['fn']);
  });

  it('include a hook that begins while another runs', async () => {
    const inner: unknown[] = [];
    hooks.on('start', async () => inner.push(await hooks.run({ name: 'stop', kind: 'hook' })));
    expect(await hooks.run(START)).toEqual({ ok: true });
    expect(inner).toMatchObject([{ ok: false, error: { code: 'HOOK_RUNNING', retryable: true } }]);
  });
});

describe('HookExit', () => {
  it.each(['atStart', 'function', 'atExit'] as const)(
    'with 0 ends that part (%s) as a success, and atExit runs',
    async (place) => {
      watchFromOutside();
      if (place === 'atStart') hooks.atStart(leave);
      if (place === 'function') hooks.on('start', leave);
      hooks.on('start', step('fn'));
      hooks.atExit(step('atExit'));
      if (place === 'atExit') hooks.atExit(leave);
      expect(await hooks.run(START)).toEqual({ ok: true });
      const ran = place === 'atExit' ? ['fn', 'atExit'] : ['atExit'];
      expect(steps).toEqual(['wrap begins', ...ran, 'wrap: charmRan true']);
    },
  );

  it('with another code fails the hook with that exit code', async () => {
    watchFromOutside();
    hooks.on('start', () => {
      throw new HookExit(3, 'disk full');
    });
    hooks.atExit(step('atExit'));
    expect(await hooks.run(START)).toMatchObject({
      ok: false,
      exitCode: 3,
      error: { message: 'disk full' },
    });
    expect(steps).toEqual(['wrap begins', 'wrap: HookExit']);
  });

  it('with 0 out of a wrap is a failure, since the wraps outside it saw one', async () => {
    hooks.around(async (body): Promise<HookReport> => {
      await body();
      throw new HookExit(0);
    });
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 1 });
  });

  it.each([-1, 256, 1.5, Number.NaN])('refuses %d, which no process can exit with', (code) => {
    expect(() => new HookExit(code)).toThrow(RangeError);
  });

  it('is told from other errors, of another copy of the package too', () => {
    expect(HookExit.is(new HookExit(0))).toBe(true);
    expect(HookExit.is({ [Symbol.for('@baton/HookExit')]: true })).toBe(true);
    expect(HookExit.is(new Error('x'))).toBe(false);
    expect(HookExit.is(undefined)).toBe(false);
    expect(HookError.is(new HookExit(0))).toBe(false);
    expect(HookError.is(new HookError('UNKNOWN_HOOK', 'x'))).toBe(true);
    expect(HookError.is(new HookError('UNKNOWN_HOOK', 'x'), 'UNKNOWN_ACTION')).toBe(false);
  });
});

describe('process.exitCode', () => {
  it('fails the hook when the charm left one, before atExit runs', async () => {
    watchFromOutside();
    hooks.on('start', () => {
      process.exitCode = 4;
    });
    hooks.on('start', step('fn'));
    hooks.atExit(step('atExit'));
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 4 });
    expect(steps).toEqual(['wrap begins', 'fn', 'wrap: HookExit']);
  });

  it('fails the hook when an atExit function or a wrap left one', async () => {
    hooks.on('start', step('fn'));
    hooks.atExit(() => {
      process.exitCode = 5;
    });
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 5 });

    hooks = new Hooks();
    watchFromOutside();
    hooks.around(async (body) => {
      const report = await body();
      process.exitCode = 6;
      return report;
    });
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 6 });
    expect(steps).toContain('wrap: HookExit');
  });

  it('fails the hook although the charm left with HookExit 0', async () => {
    hooks.on('start', () => {
      process.exitCode = 4;
      throw new HookExit(0);
    });
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 4 });
  });

  it('stays a failure where the operating system would keep only zeros of it', async () => {
    hooks.on('start', () => {
      process.exitCode = 256;
    });
    expect(await hooks.run(START)).toMatchObject({ ok: false, exitCode: 1 });
  });

  it('of 0 is a success', async () => {
    hooks.on('start', () => {
      process.exitCode = 0;
    });
    expect(await hooks.run(START)).toEqual({ ok: true });
  });

  it('is put back as the caller had it, and what the caller had fails no hook', async () => {
    process.exitCode = 7;
    hooks.on('start', () => {
      steps.push(String(process.exitCode));
    });
    expect(await hooks.run(START)).toEqual({ ok: true });
    expect(process.exitCode).toBe(7);
    hooks.on('start', () => {
      process.exitCode = 8;
    });
    await hooks.run(START);
    expect(process.exitCode).toBe(7);
    expect(steps).toEqual(['undefined', 'undefined']);
  });

  it('is put back once the last of several hooks in one process has ended', async () => {
    process.exitCode = 7;
    const other = new Hooks();
    const release: (() => void)[] = [];
    hooks.on('start', () => new Promise<void>((resolve) => release.push(resolve)));
    other.on('start', () => {
      process.exitCode = 9;
    });
    const long = hooks.run(START);
    const short = await other.run(START);
    const between = process.exitCode;
    for (const each of release) each();
    expect(await long).toEqual({ ok: true });
    expect(short).toMatchObject({ ok: false, exitCode: 9 });
    expect(between).toBeUndefined();
    expect(process.exitCode).toBe(7);
  });
});

describe('the logger of Hooks', () => {
  it('is the console where Juju is not', () => {
    vi.stubEnv('JUJU_CONTEXT_ID', undefined);
    expect(new Hooks().logger).toBe(console);
    vi.unstubAllEnvs();
  });

  it('is the one of a coordinator that was given none', async () => {
    const charm = new Hooks();
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    const logger = { debug: note, info: note, warn: note, error: note };
    vi.spyOn(charm, 'logger', 'get').mockReturnValue(logger);
    const cluster = new MemoryCluster({ application: 'web' });
    cluster.addUnit('web/0');
    const serial = new Serial({ store: cluster.store('web/0'), lifecycle: charm });
    charm.always(async () => void (await serial.acquire('restart')));
    expect(await charm.run(START)).toEqual({ ok: true });
    expect(lines).toContain('Serial asked for restart');
  });

  it('is the same one all along under Juju, and no line is lost when juju-log is not there', async () => {
    vi.stubEnv('JUJU_CONTEXT_ID', 'web/0-start-0');
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('BATON_HOOK_TOOLS', 'spawn');
    const written: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    try {
      const charm = new Hooks();
      expect(charm.logger).toBe(charm.logger);
      charm.always(() => {
        charm.logger.warn('a line');
        throw new Error('broken');
      });
      const result = await charm.run({ name: 'start', kind: 'hook' });
      expect(result).toMatchObject({ ok: false, error: { message: 'broken' } });
      expect(written.join('')).toMatch(/^WARNING a line\n\(juju-log did not take that line: /);
    } finally {
      stderr.mockRestore();
      vi.unstubAllEnvs();
    }
  });
});
