import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseUnitName } from '@baton/coordinator';
import type { HookInfo } from '@baton/coordinator';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HookExit, Hooks, runAgent } from '../src/index.ts';
import type { AgentOptions, HookResult } from '../src/index.ts';

const UNIT = parseUnitName('app/0');
const FIRST = ['install', 'config-changed', 'start'];
const BROKEN: HookResult = { ok: false, error: new Error('broken'), exitCode: 1 };
const MINUTE_MS = 60_000;

/** Hooks that write their names down, and whose end a test decides. */
class Runner {
  readonly ran: string[] = [];
  /** How many run at this moment. */
  running = 0;
  /** What a hook does instead of succeeding at once. */
  behave: (name: string) => HookResult | Promise<HookResult> = () => ({ ok: true });

  async run(hook: HookInfo): Promise<HookResult> {
    if (hook.kind !== 'hook') throw new Error(`${hook.name} is run as ${hook.kind}`);
    if (this.running > 0) throw new Error(`${hook.name} began while another hook ran`);
    this.running += 1;
    this.ran.push(hook.name);
    const result = await this.behave(hook.name);
    this.running -= 1;
    return result;
  }
}

/** A store that tells of changes when the test says so. */
class Store {
  readonly unit = UNIT;
  change: (() => void) | undefined;

  watch(onChange: () => void): () => void {
    this.change = onChange;
    return () => {
      this.change = undefined;
    };
  }
}

let runner: Runner;
let store: Store;
let stop: AbortController;
let lines: string[];
let agent: Promise<void> | undefined;
/** Fires a hook as an event of the program, once the agent was started with `events`. */
let fire: (name: string) => void;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  runner = new Runner();
  store = new Store();
  stop = new AbortController();
  lines = [];
  agent = undefined;
});
afterEach(async () => {
  stop.abort();
  await agent;
  vi.useRealTimers();
});

function log(level: string): (message: string) => void {
  return (message) => {
    lines.push(`${level} ${message}`);
  };
}

const events = (give: (name: string) => void): (() => void) => {
  fire = give;
  return () => undefined;
};

/** Starts the agent and lets it come to rest. */
async function start(options: Partial<AgentOptions> = {}): Promise<void> {
  agent = runAgent({
    hooks: runner,
    store,
    signal: stop.signal,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    ...options,
  });
  await nextTurn();
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await nextTurn();
}

/** Makes the hook of that name wait until the returned function is called. */
function hold(heldName: string): (result?: HookResult) => Promise<void> {
  let end: ((result: HookResult) => void) | undefined;
  runner.behave = (name) =>
    name === heldName ? new Promise<HookResult>((resolve) => (end = resolve)) : { ok: true };
  return async (result = { ok: true }) => {
    runner.behave = () => ({ ok: true });
    if (end === undefined) throw new Error(`${heldName} was not running`);
    end(result);
    await nextTurn();
  };
}

/** Waits until the agent has stopped; it must have left nothing behind. */
async function stopped(): Promise<void> {
  await agent;
  expect(store.change).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
}

describe('which hooks the agent runs', () => {
  it('begins with install, config-changed and start', async () => {
    await start();
    expect(runner.ran).toEqual(FIRST);
  });

  it('runs relation-changed of its relation whenever the store tells', async () => {
    await start();
    store.change?.();
    await nextTurn();
    store.change?.();
    await nextTurn();
    expect(runner.ran.slice(3)).toEqual(['peers-relation-changed', 'peers-relation-changed']);
  });

  it('names it by the relation it was given', async () => {
    await start({ relation: 'cluster' });
    store.change?.();
    await nextTurn();
    expect(runner.ran.slice(3)).toEqual(['cluster-relation-changed']);
  });

  it('runs what events fire, at once and later, behind the first hooks', async () => {
    await start({
      events: (give) => {
        give('leader-elected');
        return events(give);
      },
    });
    fire('config-changed');
    await nextTurn();
    expect(runner.ran).toEqual([...FIRST, 'leader-elected', 'config-changed']);
  });

  it('runs the hooks one at a time, what comes meanwhile once each in order of first arrival', async () => {
    const end = hold('start');
    await start({ events });
    fire('config-changed');
    store.change?.();
    fire('upgrade-charm');
    store.change?.();
    fire('config-changed');
    await nextTurn();
    expect(runner.ran).toEqual(FIRST);
    await end();
    expect(runner.ran.slice(3)).toEqual([
      'config-changed',
      'peers-relation-changed',
      'upgrade-charm',
    ]);
  });

  it('runs a hook once more when its change came while it ran', async () => {
    await start();
    const end = hold('peers-relation-changed');
    store.change?.();
    await nextTurn();
    store.change?.();
    store.change?.();
    await end();
    expect(runner.ran.slice(3)).toEqual(['peers-relation-changed', 'peers-relation-changed']);
  });

  it('runs real Hooks', async () => {
    const hooks = new Hooks();
    const seen: HookInfo[] = [];
    hooks.always((hook) => seen.push(hook));
    await start({ hooks });
    expect(seen.map(({ name }) => name)).toEqual(FIRST);
  });
});

describe('update-status', () => {
  it('runs every five minutes', async () => {
    await start();
    await pass(5 * MINUTE_MS - 1);
    expect(runner.ran).toEqual(FIRST);
    await pass(1);
    expect(runner.ran).toEqual([...FIRST, 'update-status']);
    await pass(5 * MINUTE_MS);
    expect(runner.ran).toEqual([...FIRST, 'update-status', 'update-status']);
  });

  it('runs as often as told, and never when told so', async () => {
    await start({ updateStatusEveryMs: 100 });
    await pass(250);
    expect(runner.ran.slice(3)).toEqual(['update-status', 'update-status']);
    stop.abort();
    await agent;

    runner = new Runner();
    stop = new AbortController();
    await start({ updateStatusEveryMs: Infinity });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets every hook that waits go first, and comes once however long it waited', async () => {
    const end = hold('start');
    await start({ updateStatusEveryMs: 100 });
    await pass(350);
    store.change?.();
    await end();
    expect(runner.ran).toEqual([...FIRST, 'peers-relation-changed', 'update-status']);
  });

  it('has to find the changes of a store that tells of none, and the log says so once', async () => {
    await start({ store: { unit: UNIT }, updateStatusEveryMs: 100 });
    await pass(250);
    expect(runner.ran.slice(3)).toEqual(['update-status', 'update-status']);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
      'warn app/0: the store tells of no changes; update-status has to find them',
    ]);
  });
});

describe('a failed hook', () => {
  it('runs again after 5 s, 10 s and so on up to 5 minutes', async () => {
    runner.behave = () => BROKEN;
    await start({ updateStatusEveryMs: Infinity });
    for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
      const before = runner.ran.length;
      await pass(seconds * 1000 - 1);
      expect(runner.ran.length).toBe(before);
      await pass(1);
      expect(runner.ran.length).toBe(before + 1);
    }
    expect(new Set(runner.ran)).toEqual(new Set(['install']));
  });

  it('waits as it was told', async () => {
    runner.behave = () => BROKEN;
    await start({ retry: { firstMs: 10, factor: 3, maxMs: 50 } });
    await pass(10 + 30 + 50 + 50);
    expect(runner.ran.length).toBe(5);
  });

  it('begins with the first wait again after a success', async () => {
    const results: HookResult[] = [BROKEN, BROKEN, { ok: true }, BROKEN];
    runner.behave = () => results.shift() ?? { ok: true };
    await start();
    await pass(5000 + 10_000);
    expect(runner.ran).toEqual(['install', 'install', 'install', 'config-changed']);
    await pass(5000);
    expect(runner.ran.slice(4)).toEqual(['config-changed', 'start']);
  });

  it('runs again before any other, no earlier for what comes meanwhile, and that is remembered', async () => {
    await start({ events });
    runner.behave = () => BROKEN;
    store.change?.();
    await nextTurn();
    runner.behave = () => ({ ok: true });
    await pass(1000);
    fire('config-changed');
    fire('upgrade-charm');
    await pass(3999);
    expect(runner.ran.slice(3)).toEqual(['peers-relation-changed']);
    await pass(1);
    expect(runner.ran.slice(4)).toEqual([
      'peers-relation-changed',
      'config-changed',
      'upgrade-charm',
    ]);
  });

  it('sees when it runs again what came for it meanwhile, so that is no other hook', async () => {
    await start();
    runner.behave = () => BROKEN;
    store.change?.();
    await nextTurn();
    runner.behave = () => ({ ok: true });
    store.change?.();
    await pass(5000);
    expect(runner.ran.slice(3)).toEqual(['peers-relation-changed', 'peers-relation-changed']);
  });

  it('is told of in one line, and all of the error for whoever looks closer', async () => {
    runner.behave = () => ({ ...BROKEN, error: new TypeError('two\n  lines') });
    await start();
    expect(lines.slice(0, 2)).toEqual([
      'info app/0: install began',
      'error app/0: install failed after 0 ms, again in 5000 ms: TypeError: two lines',
    ]);
    expect(lines[2]).toMatch(/^debug app\/0: install: TypeError: two\n[^]*run-agent\.test\.ts/);
  });

  it('that left with HookExit is told of without a stack', async () => {
    runner.behave = () => ({ ok: false, error: new HookExit(3, 'not now'), exitCode: 3 });
    await start();
    expect(lines.at(-1)).toMatch(/^error .*HookExit: not now$/);
  });
});

it('logs how long each hook took', async () => {
  const end = hold('install');
  await start();
  await pass(12);
  await end();
  expect(lines.slice(0, 2)).toEqual([
    'info app/0: install began',
    'info app/0: install succeeded after 12 ms',
  ]);
});

describe('abort', () => {
  it('before the beginning runs nothing', async () => {
    stop.abort();
    await start();
    await stopped();
    expect(runner.ran).toEqual([]);
  });

  it('during a hook lets it finish and begins no other', async () => {
    const end = hold('install');
    await start();
    store.change?.();
    stop.abort();
    const resolved = vi.fn<() => void>();
    void agent?.then(resolved);
    await nextTurn();
    expect(resolved).not.toHaveBeenCalled();
    await end();
    await stopped();
    expect(runner.ran).toEqual(['install']);
    expect(lines.at(-1)).toBe('info app/0: agent stopped');
  });

  it('during a hook that fails does not run it again', async () => {
    const end = hold('install');
    await start();
    stop.abort();
    await end(BROKEN);
    await stopped();
    expect(runner.ran).toEqual(['install']);
    expect(lines).toContain('error app/0: install failed after 0 ms, not again: Error: broken');
  });

  it('while a failed hook waits ends the wait at once', async () => {
    runner.behave = () => BROKEN;
    await start();
    stop.abort();
    await stopped();
    expect(runner.ran).toEqual(['install']);
  });

  it('while nothing runs stops the watch and the events', async () => {
    const stopEvents = vi.fn<() => void>();
    await start({ events: () => stopEvents });
    expect(store.change).toBeDefined();
    stop.abort();
    await stopped();
    expect(stopEvents).toHaveBeenCalledOnce();
    expect(runner.ran).toEqual(FIRST);
  });

  it('is not needed when events cannot begin: the agent fails, and the watch is stopped', async () => {
    const failed = runAgent({
      hooks: runner,
      store,
      signal: stop.signal,
      events: () => {
        throw new Error('no such file');
      },
    });
    await expect(failed).rejects.toThrow('no such file');
    await stopped();
    expect(runner.ran).toEqual([]);
  });
});

it.each([
  [{ updateStatusEveryMs: 0 }, 'updateStatusEveryMs'],
  [{ updateStatusEveryMs: 2 ** 31 }, 'updateStatusEveryMs'],
  [{ retry: { firstMs: -1 } }, 'retry.firstMs'],
  [{ retry: { maxMs: Number.NaN } }, 'retry.maxMs'],
  [{ retry: { factor: 0.5 } }, 'retry.factor'],
])('refuses %o before it runs anything', async (options, name) => {
  await expect(runAgent({ hooks: runner, store, signal: stop.signal, ...options })).rejects.toThrow(
    name,
  );
  expect(runner.ran).toEqual([]);
});
