import { describe, expect, test } from 'vitest';

import {
  APPLICATION,
  type VirtualApplication,
  type VirtualHook,
  type VirtualObserver,
} from '../../src/virtual/index.ts';
import { beginConfigChanged, call, settle, stage } from './stage.ts';

const PUBLISH = 'relation-set -r cluster:0 key=';

/** Publishes the turn that the configuration tells, in `config-changed`; what `db/0` does is logged. */
function publishing(logOfFirst: string[] = []): (hook: VirtualHook) => Promise<void> {
  return async (hook) => {
    if (hook.name !== 'config-changed') return;
    const log = hook.unit === 'db/0' ? logOfFirst : [];
    log.push('begins');
    const { stdout } = await call(hook, 'config-get turn');
    if (stdout.trim() === '0') return;
    await hook.pause('works', 100);
    const { exitCode } = await call(hook, `${PUBLISH}${stdout.trim()}`);
    log.push(exitCode === 0 ? 'published' : 'not published');
  };
}

/** What a unit has published. */
function published({ model }: VirtualApplication, unit = 'db/0'): string | undefined {
  return model.controller.unit(unit).bag?.get('key');
}

/** Lets a unit make so many moves of its own. */
async function goOn(app: VirtualApplication, count: number, unit = 'db/0'): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const machine = app.machine(unit);
    const move = machine && app.nextMoveOf(machine);
    await app.apply(move ?? { do: 'wait', ms: app.idleForMs ?? 0 });
  }
}

/** A settled application whose `db/0` has begun `config-changed`, and waits for the answer of its first tool. */
async function begun(log: string[] = [], units = 2): Promise<VirtualApplication> {
  const app = stage(units, publishing(log));
  await settle(app);
  log.length = 0;
  await beginConfigChanged(app, 'db/0');
  return app;
}

describe('a process', () => {
  test('that is killed goes nowhere on, and its hook is run again', async () => {
    const log: string[] = [];
    const app = await begun(log);
    await goOn(app, 1);
    expect(await app.apply({ do: 'kill', unit: 'db/0' })).toBe(true);
    expect(app.idleForMs).toBeUndefined();
    await goOn(app, 2);
    expect([log, published(app)]).toEqual([['begins'], undefined]);
    await settle(app);
    expect([log, published(app)]).toEqual([['begins', 'begins', 'published'], '1']);
  });

  test('fails where it pauses, and sends nothing; its hook is tried again later', async () => {
    const log: string[] = [];
    const app = await begun(log);
    await goOn(app, 1);
    await app.apply({ do: 'fail', unit: 'db/0' });
    await goOn(app, 2);
    expect([log, published(app)]).toEqual([['begins'], undefined]);
    expect(app.idleForMs).toBeGreaterThan(1_000);
    await settle(app);
    expect(published(app)).toBe('1');
  });
});

describe('a hook tool', () => {
  test.each([
    ['fail-call', false],
    ['lose-answer', true],
  ] as const)('fails by %s; whether it did its work: %s', async (fault, did) => {
    const codes: number[] = [];
    const app = stage(1, async (hook) => {
      if (hook.name !== 'config-changed') return;
      codes.push((await call(hook, 'leader-set key=1')).exitCode);
      await hook.pause('goes on');
    });
    await settle(app);
    codes.length = 0;
    app.model.controller.leaderSettings = new Map();
    await beginConfigChanged(app, 'db/0');
    await app.apply({ do: fault, unit: 'db/0' });
    await app.apply({ do: 'step', unit: 'db/0' });
    expect(app.model.controller.leaderSettings.has('key')).toBe(did);
    // Only the next one.
    await settle(app);
    await beginConfigChanged(app, 'db/0', 2);
    await app.apply({ do: 'step', unit: 'db/0' });
    expect(app.model.controller.leaderSettings.has('key')).toBe(true);
    expect(codes).toEqual([1, 0]);
  });

  test('goal-state fails for everybody until it is seen again', async () => {
    const codes: number[] = [];
    const app = stage(1, async (hook) => {
      codes.push((await call(hook, 'goal-state')).exitCode);
    });
    await settle(app);
    expect(new Set(codes)).toEqual(new Set([0]));
    await app.apply({ do: 'lose-sight' });
    await beginConfigChanged(app, 'db/0', 1);
    await settle(app);
    await app.apply({ do: 'see-again' });
    await beginConfigChanged(app, 'db/0', 2);
    await settle(app);
    expect(codes.slice(-2)).toEqual([1, 0]);
  });
});

describe('what a hook wrote', () => {
  test('and cannot be sent is lost, and the hook is tried again', async () => {
    const log: string[] = [];
    const app = await begun(log);
    await app.apply({ do: 'fail-flush', unit: 'db/0' });
    await goOn(app, 6);
    expect([log, published(app)]).toEqual([['begins', 'published'], undefined]);
    await settle(app);
    expect(log).toEqual(['begins', 'published', 'begins', 'published']);
    expect(published(app)).toBe('1');
  });

  test('is sent once it is flushed; an agent that dies before it records runs the hook again', async () => {
    const log: string[] = [];
    const app = await begun(log);
    while (published(app) === undefined) await goOn(app, 1);
    expect(await app.apply({ do: 'crash', unit: 'db/0' })).toBe(true);
    expect(await app.apply({ do: 'step', unit: 'db/0' })).toBe(false);
    await app.apply({ do: 'start', unit: 'db/0' });
    await settle(app);
    expect(log.slice(0, 4)).toEqual(['begins', 'published', 'begins', 'published']);
  });
});

/** `db/0` leads, and pauses in `config-changed`; its code has returned, or has not. */
async function leaderPauses(returned: boolean): Promise<VirtualApplication> {
  const app = stage(2, async (hook) => {
    if (hook.name !== 'config-changed') return;
    if (returned) hook.charmReturned();
    await hook.pause('works');
  });
  await settle(app);
  expect(app.model.controller.leases.holder).toBe('db/0');
  await beginConfigChanged(app, 'db/0');
  return app;
}

describe('the leadership', () => {
  test('lapses where everything that runs may take long', async () => {
    const app = await leaderPauses(false);
    expect(await app.apply({ do: 'lapse', unit: 'db/1' })).toBe(true);
    expect(app.model.controller.leases.holder).toBe('db/1');
  });

  test('does not lapse, and no machine is suspended, between the last look and the commit', async () => {
    const app = await leaderPauses(true);
    expect(await app.apply({ do: 'lapse', unit: 'db/1' })).toBe(false);
    expect(await app.apply({ do: 'suspend', unit: 'db/0', ms: 60_000 })).toBe(false);
    expect(app.model.controller.leases.holder).toBe('db/0');
  });

  test('of a leader that is cut off ends, and another unit has it', async () => {
    const app = stage(2, () => Promise.resolve());
    await settle(app);
    await app.apply({ do: 'cut-off', unit: 'db/0' });
    await settle(app);
    expect(app.model.controller.leases.holder).toBe('db/1');
  });
});

describe('a machine that is suspended', () => {
  test('runs nothing, and its monotonic clock stands still', async () => {
    const clocks: number[] = [];
    const app = stage(2, async (hook) => {
      if (hook.name !== 'config-changed') return;
      const [wall, monotonic] = [hook.clock.nowMicros(), hook.clock.monotonicMs()];
      await hook.pause('works');
      clocks.push(hook.clock.nowMicros() - wall, hook.clock.monotonicMs() - monotonic);
    });
    await settle(app);
    clocks.length = 0;
    await beginConfigChanged(app, 'db/0');
    await app.apply({ do: 'suspend', unit: 'db/0', ms: 20_000 });
    expect(await app.apply({ do: 'resume', unit: 'db/0' })).toBe(false);
    expect(app.model.isCutOff('db/0')).toBe(true);
    // No longer than until it wakes.
    await app.apply({ do: 'wait', ms: 90_000 });
    expect(app.model.isCutOff('db/0')).toBe(false);
    expect(await app.apply({ do: 'resume', unit: 'db/0' })).toBe(true);
    expect(clocks).toEqual([20_000_000, 0]);
  });

  test('and one whose wall clock is wrong are two things', async () => {
    const app = stage(1, () => Promise.resolve());
    await app.apply({ do: 'set-clock', unit: 'db/0', ms: -5_000 });
    const machine = app.machine('db/0');
    expect(machine?.nowMicros(app.now)).toBe((app.now - 5_000) * 1_000);
    expect(machine?.monotonicMs(app.now)).toBe(app.now);
  });
});

describe('a unit', () => {
  test('that is removed by force is gone at once, with what it runs', async () => {
    const log: string[] = [];
    const gone: string[] = [];
    const hooks: string[] = [];
    const ended: string[] = [];
    const observer: VirtualObserver = {
      gone: (unit) => void gone.push(unit),
      began: ({ hook }) => void hooks.push(hook?.name ?? ''),
      ended: ({ unit }, { result }) => void ended.push(`${unit} ${result}`),
    };
    const app = stage(2, publishing(log), { observer });
    await settle(app);
    log.length = 0;
    await beginConfigChanged(app, 'db/0');
    hooks.length = 0;
    ended.length = 0;
    await app.apply({ do: 'force-remove', unit: 'db/0' });
    expect([gone, app.units.map(({ unit }) => unit)]).toEqual([['db/0'], ['db/1']]);
    expect(await app.apply({ do: 'step', unit: 'db/0' })).toBe(false);
    expect([log, ended]).toEqual([['begins'], ['db/0 requeued']]);
    await settle(app);
    expect(hooks).toContain('cluster-relation-departed');
    expect(app.model.controller.leases.holder).toBe('db/1');
  });

  test('that is removed before it was installed is gone without a hook', async () => {
    const app = stage(2, publishing());
    await app.apply({ do: 'remove-unit', unit: 'db/1' });
    await app.apply({ do: 'deliver', unit: 'db/1', topic: 'life' });
    await settle(app);
    expect(app.units.map(({ unit }) => unit)).toEqual(['db/0']);
  });

  test('that is removed runs its last hooks, and is gone then', async () => {
    const app = stage(2, publishing());
    await settle(app);
    expect(await app.apply({ do: 'remove-unit', unit: 'db/1' })).toBe(true);
    expect(await app.apply({ do: 'remove-unit', unit: 'db/1' })).toBe(false);
    expect(app.units).toHaveLength(2);
    await settle(app);
    expect(app.units.map(({ unit }) => unit)).toEqual(['db/0']);
  });

  test('that is added runs its first hooks', async () => {
    const app = stage(1, publishing());
    await settle(app);
    await app.apply({ do: 'add-unit' });
    await settle(app);
    expect(app.model.controller.unit('db/1').inScope).toBe(true);
  });
});

describe('a document', () => {
  const keys = { unitKey: 'key', applicationKey: 'all' };

  test('of a unit is written over, and set aside when the unit is not at work', async () => {
    const aside: string[] = [];
    const app = stage(2, publishing(), {
      corruptible: { ...keys, applicationIn: 'leader-settings' },
      observer: { setAside: (whose) => void aside.push(whose) },
    });
    await settle(app);
    expect(await app.apply({ do: 'corrupt', whose: 'db/0' })).toBe(true);
    expect(await app.apply({ do: 'corrupt', whose: 'db/0' })).toBe(false);
    expect([published(app), [...app.corrupted]]).toEqual(['!', ['db/0']]);
    await beginConfigChanged(app, 'db/0');
    expect(await app.apply({ do: 'mend' })).toBe(false);
    await app.apply({ do: 'crash', unit: 'db/0' });
    expect(await app.apply({ do: 'mend' })).toBe(true);
    expect([published(app), aside]).toEqual([undefined, ['db/0']]);
    expect(await app.apply({ do: 'mend' })).toBe(false);
  });

  test.each(['leader-settings', 'application-databag'] as const)(
    'of the application is written over in the %s, and set aside when nobody is at work',
    async (applicationIn) => {
      const app = stage(2, publishing(), { corruptible: { ...keys, applicationIn } });
      await settle(app);
      const { controller } = app.model;
      const read = (): string | undefined =>
        applicationIn === 'leader-settings'
          ? controller.leaderSettings.get('all')
          : controller.applicationBag.get('all');
      await app.apply({ do: 'corrupt', whose: APPLICATION });
      expect(read()).toBe('!');
      await beginConfigChanged(app, 'db/1');
      expect(await app.apply({ do: 'mend' })).toBe(false);
      await app.apply({ do: 'crash', unit: 'db/1' });
      expect(await app.apply({ do: 'mend' })).toBe(true);
      expect(read()).toBeUndefined();
    },
  );

  test('that is not there yet is not written over', async () => {
    const corruptible = { ...keys, applicationIn: 'application-databag' } as const;
    const app = stage(1, publishing(), { corruptible });
    expect(await app.apply({ do: 'corrupt', whose: 'db/0' })).toBe(false);
    expect(await app.apply({ do: 'corrupt', whose: APPLICATION })).toBe(false);
    const empty = stage(0, publishing(), { corruptible });
    expect(await empty.apply({ do: 'corrupt', whose: APPLICATION })).toBe(false);
  });

  test('of nobody is written over where the charm has none', async () => {
    const app = stage(1, publishing());
    await settle(app);
    expect(await app.apply({ do: 'corrupt', whose: 'db/0' })).toBe(false);
  });
});
