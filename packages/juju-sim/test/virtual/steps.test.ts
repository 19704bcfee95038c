import { describe, expect, test } from 'vitest';

import { Violation, type VirtualHook } from '../../src/virtual/index.ts';
import { beginConfigChanged, call, settle, stage } from './stage.ts';

/** Code that is run in `config-changed` once the application has settled, and in no other hook. */
function onlyIn(run: (hook: VirtualHook) => Promise<unknown>): {
  readonly code: (hook: VirtualHook) => Promise<unknown>;
  readonly ready: () => void;
} {
  let ready = false;
  return {
    code: async (hook) => {
      if (ready && hook.name === 'config-changed') await run(hook);
    },
    ready: () => {
      ready = true;
    },
  };
}

describe('a hook', () => {
  test('goes on by one call of a tool a step, and others step in between', async () => {
    const log: string[] = [];
    const { code, ready } = onlyIn(async (hook) => {
      for (const which of ['first', 'second']) {
        await call(hook, 'config-get');
        log.push(`${hook.unit} ${which}`);
      }
    });
    const app = stage(2, code);
    await settle(app);
    ready();
    for (const unit of ['db/0', 'db/1']) await beginConfigChanged(app, unit);
    expect(log).toEqual([]);
    for (const unit of ['db/0', 'db/1', 'db/1', 'db/0']) await app.apply({ do: 'step', unit });
    expect(log).toEqual(['db/0 first', 'db/1 first', 'db/1 second', 'db/0 second']);
  });

  test('has come to where it waits after a move, also one that is made from a callback of Node', async () => {
    const { code, ready } = onlyIn(async (hook) => {
      for (let count = 0; count < 5; count += 1) await Promise.resolve();
      await call(hook, 'config-get');
    });
    const app = stage(1, code);
    await settle(app);
    ready();
    await app.apply({ do: 'set-config', value: 1 });
    await app.apply({ do: 'deliver', unit: 'db/0', topic: 'config' });
    // Node runs what is put off there before the promises, not after them.
    await new Promise((resolve) => {
      setImmediate(() => {
        resolve(app.apply({ do: 'step', unit: 'db/0' }));
      });
    });
    expect(app.machine('db/0')?.hook?.pending).toHaveLength(1);
  });

  test('goes on after a pause no earlier than its time', async () => {
    const log: string[] = [];
    const { code, ready } = onlyIn(async (hook) => {
      await hook.pause('works', 1_000);
      log.push('worked');
    });
    const app = stage(1, code);
    await settle(app);
    ready();
    await beginConfigChanged(app, 'db/0');
    await app.apply({ do: 'wait', ms: 999 });
    expect(await app.apply({ do: 'resume', unit: 'db/0' })).toBe(false);
    await app.apply({ do: 'wait', ms: 1 });
    expect(await app.apply({ do: 'resume', unit: 'db/0' })).toBe(true);
    expect(log).toEqual(['worked']);
  });

  test.each([
    [true, 0],
    [false, 3],
  ])('in a pause that blocks (%s) has %d timers fire', async (blocking, expected) => {
    let fired = 0;
    const { code, ready } = onlyIn(async (hook) => {
      hook.clock.every(300, () => (fired += 1));
      await hook.pause('works', 1_000, blocking);
    });
    const app = stage(1, code);
    await settle(app);
    ready();
    await beginConfigChanged(app, 'db/0');
    for (let count = 0; count < 4; count += 1) await app.apply({ do: 'wait', ms: 1_000 });
    expect(fired).toBeGreaterThanOrEqual(expected);
    expect(fired === 0).toBe(expected === 0);
  });

  test('whose code throws what nobody wanted is a defect, and ends the exploration', async () => {
    const { code, ready } = onlyIn(() => Promise.reject(new TypeError('no such thing')));
    const app = stage(1, code);
    await settle(app);
    ready();
    await expect(beginConfigChanged(app, 'db/0')).rejects.toThrow('no such thing');
  });

  test('in which an observer sees a violation is not answered', async () => {
    const { code, ready } = onlyIn((hook) => call(hook, 'config-get'));
    const violation = new Violation('safety', 'nobody asks', 'somebody does');
    const observer = {
      calling: () => {
        throw violation;
      },
    };
    const app = stage(1, code, { observer });
    await settle(app);
    ready();
    await beginConfigChanged(app, 'db/0');
    await expect(app.apply({ do: 'step', unit: 'db/0' })).rejects.toBe(violation);
  });
});

test('without update-status nothing happens by time alone', async () => {
  const hooks: string[] = [];
  const app = stage(2, (hook) => Promise.resolve(hooks.push(hook.name)));
  await settle(app);
  hooks.length = 0;
  expect(app.idleForMs).toBeUndefined();
  await app.apply({ do: 'wait', ms: 3_600_000 });
  await settle(app);
  expect(hooks).toEqual([]);
  app.model.setUpdateStatus(true);
  await app.apply({ do: 'wait', ms: app.idleForMs ?? 0 });
  app.model.setUpdateStatus(false);
  expect(app.units.every((machine) => app.nextMoveOf(machine) === undefined)).toBe(true);
  app.model.setUpdateStatus(true);
  await app.apply({ do: 'wait', ms: 400_000 });
  const due = app.units.find((machine) => app.nextMoveOf(machine) !== undefined);
  await app.apply({ do: 'step', unit: due?.unit ?? '' });
  expect(hooks).toEqual(['update-status']);
});

describe('a trace', () => {
  test('says what a tool was called with and what it answered, shortened', async () => {
    const texts: string[] = [];
    const { code, ready } = onlyIn(async (hook) => {
      const args = ['-r', 'cluster:0', '--file', '-'];
      await hook.transport.run({ tool: 'relation-set', args, stdin: '{ "a":\n  "1" }' });
      await call(hook, 'relation-get --format=json -r cluster:0 a db/0');
      await call(hook, 'config-get one two');
      await call(hook, `juju-log ${'x'.repeat(100)}`);
      await hook.pause('looks');
      await hook.pause('works', 500);
      await hook.pause('computes', 500, true);
    });
    const app = stage(1, code, { onEvent: ({ text }) => void texts.push(text) });
    await settle(app);
    texts.length = 0;
    ready();
    await beginConfigChanged(app, 'db/0');
    await settle(app);
    expect(texts.slice(2)).toEqual([
      'begins',
      'relation-set -r cluster:0 --file - < { "a": "1" }',
      'relation-get -r cluster:0 a db/0 -> "1"',
      'config-get one two -> fails: ERROR unrecognized args: ["two"]',
      `juju-log ${'x'.repeat(69)}...`,
      'looks',
      'works (500 ms)',
      'computes (500 ms, blocking)',
      'is flushed',
      'is recorded',
    ]);
  });

  test('says who leads, and that nobody does', async () => {
    const texts: string[] = [];
    const onEvent = ({ unit, text }: { unit: string; text: string }): void => {
      texts.push(`${unit} ${text}`.trim());
    };
    const app = stage(1, () => Promise.resolve(), { onEvent });
    await settle(app);
    await app.apply({ do: 'crash', unit: 'db/0' });
    texts.length = 0;
    await app.apply({ do: 'wait', ms: 60_000 });
    await app.apply({ do: 'start', unit: 'db/0' });
    await app.apply({ do: 'wait', ms: 1 });
    expect(texts).toEqual(['nobody leads', 'db/0 its agent starts']);
    expect(app.model.controller.leases.holder).toBe('db/0');
  });
});

test('a hook has the environment that Juju gives it, and a timer that it has stopped fires no more', async () => {
  let environment: Readonly<Record<string, string>> = {};
  let fired = 0;
  const { code, ready } = onlyIn(async (hook) => {
    ({ environment } = hook);
    const stop = hook.clock.every(100, () => {
      fired += 1;
      stop();
    });
    await hook.pause('works', 1_000);
  });
  const app = stage(1, code);
  await settle(app);
  ready();
  await beginConfigChanged(app, 'db/0');
  await settle(app);
  expect(fired).toBe(1);
  expect(environment).toMatchObject({ JUJU_UNIT_NAME: 'db/0', JUJU_HOOK_NAME: 'config-changed' });
});
