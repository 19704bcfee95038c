import { MemoryCluster } from '@baton/storage-memory';
import { describe, expect, test, vi } from 'vitest';

import {
  BaseCoordinator,
  CoordinatorError,
  limit,
  Serial,
  type Contest,
  type CoordinatorErrorCode,
  type HookWrap,
  type Policy,
  type Verdict,
} from '../src/index.ts';
import { secondHolds } from './shell/situations.ts';
import {
  ACTION,
  CharmFailure,
  HOOK,
  trio,
  World,
  type WorldUnit,
  UPDATE_STATUS,
} from './shell/world.ts';

const ODD_NAMES = ['__proto__', 'constructor', 'toString', 'up/grade', 'db/0', 'Sperre für ü 🔒'];

const closed: Policy = () => ({ wait: { why: 'other', text: 'the window is closed' } });

/** Whether an error has this code. */
function withCode(code: CoordinatorErrorCode): (error: unknown) => boolean {
  return (error) => CoordinatorError.is(error, code);
}

const logFunction = () => vi.fn<(message: string) => void>();

function newLogger() {
  return {
    debug: logFunction(),
    info: logFunction(),
    warn: logFunction(),
    error: logFunction(),
  };
}

describe('a coordinator', () => {
  test('is the only one on its store', () => {
    const store = new MemoryCluster().store('db/0');
    const first = new Serial({ store });
    expect(first).toBeInstanceOf(BaseCoordinator);
    expect(() => new Serial({ store })).toThrow(
      /the store of db\/0 with the key "baton" has a coordinator/,
    );
    expect(codeOf(() => new Serial({ store }))).toBe('STORE_IN_USE');
  });

  test('may be made again for a unit whose process starts anew', async () => {
    const { second } = await trio();
    await second.newProcess();
    await second.run();
    expect(second.store.calls.at(-1)).toBe('end success');
  });

  test('writes to its own logger, or else to the one of its lifecycle', async () => {
    const toConsole = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    try {
      const cluster = new MemoryCluster();
      const [own, shared] = [newLogger(), newLogger()];
      const lifecycle = { logger: shared, around: () => undefined };
      const store = (key: string) => cluster.store('db/0', { key });
      const silent = new Serial({ store: store('a'), lifecycle, logger: own });
      const loud = new Serial({ store: store('b'), lifecycle });
      for (const serial of [silent, loud]) await serial.run(() => serial.acquire('restart'));
      expect(own.info.mock.calls.flat()).toContain('Serial asked for restart');
      expect(shared.info.mock.calls).toEqual(own.info.mock.calls);
      expect(toConsole.mock.calls).toEqual([]);
    } finally {
      toConsole.mockRestore();
    }
  });

  test('needs neither a logger, nor a clock, nor a lifecycle', async () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    try {
      const cluster = new MemoryCluster();
      const serial = new Serial({ store: cluster.store('db/0') });
      cluster.elect('db/0');
      const before = Date.now();
      const asked = await serial.run(async () => {
        expect(await serial.acquire('restart')).toBe(true);
        return serial.requestTimestamp('restart');
      });
      expect(asked?.getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(info.mock.calls.flat()).toContain('Serial asked for restart');
    } finally {
      info.mockRestore();
    }
  });

  test('refuses to be used outside a hook, and lets its getters be looked at', async () => {
    const { leader } = await trio();
    const { coordinator } = leader;
    const guarded = coordinator.require(
      'restart',
      () => true,
      () => 'ran',
    );
    const calls: Record<string, () => unknown> = {
      acquire: () => coordinator.acquire('restart'),
      granted: async () => coordinator.granted('restart'),
      requested: async () => coordinator.requested('restart'),
      requestTimestamp: async () => coordinator.requestTimestamp('restart'),
      cancel: async () => coordinator.cancel('restart'),
      release: async () => coordinator.release('restart'),
      grant: () => coordinator.grant('restart', 'db/1'),
      explain: async () => coordinator.explain('restart'),
      'a function that requires a lock': () => guarded(),
    };
    for (const [what, call] of Object.entries(calls)) {
      await expect(Promise.resolve().then(call)).rejects.toSatisfy(withCode('NOT_IN_HOOK'));
      await expect(Promise.resolve().then(call)).rejects.toThrow(
        `${what} was called outside a hook`,
      );
    }
    expect(coordinator.grants.size).toBe(0);
    expect(coordinator.requests.size).toBe(0);
  });

  test('leaves the hook when it has ended, however it ended', async () => {
    const { leader } = await trio();
    await leader.failing();
    expect(() => leader.coordinator.granted('restart')).toThrow('outside a hook');
    await leader.run();
    expect(() => leader.coordinator.granted('restart')).toThrow('outside a hook');
  });

  test('refuses names that are none', async () => {
    const { leader } = await trio();
    await leader.run(async (coordinator) => {
      for (const lock of ['', 'a\nb', 'x'.repeat(257)]) {
        const invalid = withCode('INVALID_LOCK_NAME');
        await expect(coordinator.acquire(lock)).rejects.toSatisfy(invalid);
        await expect(coordinator.grant(lock, 'db/1')).rejects.toSatisfy(invalid);
        for (const call of [
          () => coordinator.granted(lock),
          () => coordinator.requested(lock),
          () => coordinator.requestTimestamp(lock),
          () => coordinator.cancel(lock),
          () => coordinator.release(lock),
          () => coordinator.explain(lock),
          () => coordinator.require(lock, () => true),
        ]) {
          expect(call).toThrow(/is not the name of a lock/);
        }
      }
      await expect(coordinator.grant('restart', 'db')).rejects.toSatisfy(
        withCode('INVALID_UNIT_NAME'),
      );
    });
  });
});

describe('run', () => {
  test('gives what the body gives, and throws what it throws', async () => {
    const { leader } = await trio();
    expect(await leader.coordinator.run(() => 42)).toBe(42);
    expect(await leader.coordinator.run(async () => 'text', HOOK)).toBe('text');
    expect(await leader.coordinator.run(() => undefined)).toBeUndefined();
    const failure = new CharmFailure();
    await expect(leader.coordinator.run(() => Promise.reject(failure))).rejects.toBe(failure);
  });

  test('passes on which hook it is', async () => {
    const { leader } = await trio();
    expect(await leader.coordinator.run(() => leader.coordinator.acquire('restart'), ACTION)).toBe(
      false,
    );
  });
});

describe('coordinators with different keys', () => {
  test('nest in one lifecycle and do not see each other', async () => {
    const cluster = new MemoryCluster({ application: 'db' });
    const wraps: HookWrap[] = [];
    const lifecycle = { around: (wrap: HookWrap): void => void wraps.push(wrap) };
    const lines: string[] = [];
    const logger = {
      debug: (): void => undefined,
      info: (line: string): void => void lines.push(line),
      warn: (): void => undefined,
      error: (): void => undefined,
    };
    const make = (key: string): Serial =>
      new Serial({ store: cluster.store('db/0', { key }), lifecycle, logger });
    const [outer, inner] = [make('outer'), make('inner')];
    cluster.elect('db/0');
    const [first, second] = wraps;
    const hook = (body: () => Promise<void>): Promise<unknown> | undefined =>
      first?.(
        () =>
          second?.(async () => {
            await body();
            return { charmRan: true };
          }, HOOK) ?? Promise.reject(new Error('the second one did not register')),
        HOOK,
      );
    expect(wraps).toHaveLength(2);
    await hook(async () => {
      expect(await outer.acquire('restart')).toBe(true);
      expect(inner.granted('restart')).toBe(false);
      expect(inner.requested('restart')).toBe(false);
      expect(await inner.acquire('restart')).toBe(true);
      inner.release('restart');
    });
    expect(lines.filter((line) => line.includes('gave back'))).toEqual([
      'Serial gave back restart',
      'Serial gave back restart',
    ]);
    // The inner one commits first; where the outer one's code fails, neither does.
    const { grants: innerGrants } = cluster.inspect('inner');
    await expect(
      hook(async () => {
        await outer.acquire('restart');
        throw new CharmFailure();
      }),
    ).rejects.toBeInstanceOf(CharmFailure);
    expect(cluster.inspect('outer').grants).toHaveProperty('size', 1);
    expect(cluster.inspect('inner').grants).toEqual(innerGrants);
  });
});

describe('names of locks', () => {
  test.each(ODD_NAMES)('%s is a lock like any other', async (lock) => {
    const { world, leader, second } = await trio();
    await leader.run(async (coordinator) => {
      expect(coordinator.granted(lock)).toBe(false);
      expect(await coordinator.acquire(lock)).toBe(true);
      expect(coordinator.explain(lock).holders).toHaveLength(1);
    });
    await second.asks(lock);
    await leader.run();
    expect(world.holders(lock)).toEqual([second.name]);
    expect(await second.holds(lock)).toBe(true);
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'a policy for %s is the one given for it, and nothing inherited',
    async (lock) => {
      const world = new World();
      const policies = Object.fromEntries([[lock, closed]]);
      const strict = world.add({ policies });
      const lenient = world.add({ policies: {} }, 'web/0');
      world.cluster.elect(strict.name);
      expect(await strict.asks(lock)).toBe(false);
      world.cluster.elect(lenient.name);
      await lenient.run();
      expect(world.holders(lock)).toEqual([strict.name]);
    },
  );
});

describe('which policy is asked', () => {
  class Subclass extends BaseCoordinator {
    override policyFor(lock: string): Policy | undefined {
      return lock === 'backup' || lock === 'reboot' ? closed : undefined;
    }
    override defaultGrant({ unit }: Contest): Verdict {
      return unit === 'db/1' || { wait: { why: 'other', text: 'only db/1 may' } };
    }
  }

  test('the one given for the lock, else what policyFor gives, else defaultGrant', async () => {
    const world = new World();
    const leader = world.add({
      policies: { reboot: limit(1) },
      make: (options) => new Subclass(options),
    });
    const other = world.add();
    world.cluster.elect(leader.name);
    await other.asks();
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('reboot')).toBe(true);
      expect(await coordinator.acquire('backup')).toBe(false);
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(coordinator.explain('backup').queue[0]?.reason).toMatchObject({
        text: 'the window is closed',
      });
      expect(coordinator.explain('restart').queue[0]?.reason).toMatchObject({
        text: 'only db/1 may',
      });
      expect(coordinator.granted('reboot')).toBe(true);
    });
    expect(world.holders()).toEqual([other.name]);
    expect(leader.log.at(-1)).toBe('Subclass gave back reboot');
  });

  test('a Serial has a policy of its own for all other locks', async () => {
    const world = new World();
    const units = [0, 1, 2].map(() =>
      world.add({ policy: limit(2), policies: { reboot: limit(1) } }),
    );
    for (const unit of units) {
      await unit.run(async (coordinator) => {
        await coordinator.acquire('restart');
        await coordinator.acquire('reboot');
      });
    }
    world.cluster.elect('db/2');
    await units[2]?.runWithoutCode();
    expect(world.holders('restart')).toEqual(['db/0', 'db/1']);
    expect(world.holders('reboot')).toEqual(['db/0']);
  });

  test.each<[string, (coordinator: BaseCoordinator) => unknown]>([
    ["while the charm's code runs", (coordinator) => coordinator.acquire('restart')],
    ['at the end of the hook', () => undefined],
  ])('one that throws %s fails the hook, and nothing is given back', async (_when, code) => {
    const { world, leader, breakIt } = await withBrokenPolicy();
    const before = world.sheet(leader.name);
    const cause = new Error('no luck');
    const failing = leader.run(async (coordinator) => {
      breakIt(cause);
      await code(coordinator);
    });
    await expect(failing).rejects.toMatchObject({ code: 'POLICY_FAILED', cause });
    expect(leader.store.calls.at(-1)).toBe('end failure');
    expect(world.sheet(leader.name)).toEqual(before);
    expect(world.holders('backup')).toEqual([leader.name]);
  });
});

describe('what is logged', () => {
  test('asking, waiting, holding, giving back: by the unit', async () => {
    const { leader, second } = await trio();
    await second.run(async (coordinator) => {
      await coordinator.acquire('restart');
      await coordinator.acquire('restart');
    });
    // While a lock goes round there are many hooks, so only this one says that the unit waits.
    await second.run();
    await second.run(undefined, UPDATE_STATUS);
    await leader.run();
    await second.run((coordinator) => coordinator.granted('restart'));
    expect(second.log).toEqual([
      'Serial asked for restart',
      'Serial waits for restart: the leader has not granted it yet',
      'Serial holds restart',
      'Serial gave back restart',
    ]);
  });

  test('granting and dropping: by the leader', async () => {
    const { leader, second, third } = await trio();
    await second.asks();
    await leader.run();
    await second.run();
    // Nobody is told of a lock that was given back before somebody else is granted it.
    await leader.run();
    expect(leader.log).toEqual(['Serial granted restart to db/1']);
    await third.asks();
    await leader.run();
    expect(leader.log.slice(1)).toEqual([
      'Serial db/1 released restart, asked for at 2026-01-01T00:00:04.000Z',
      'Serial granted restart to db/2',
    ]);
  });

  test('for whom a unit waits, once for each lock, in the order of their names', async () => {
    const { leader, holder, next } = await secondHolds();
    await next.asks('backup');
    next.log.length = 0;
    await next.run(undefined, UPDATE_STATUS);
    expect(next.log).toEqual([
      'Serial waits for backup: the leader has not granted it yet',
      'Serial waits for restart: db/1 holds it',
    ]);
    await leader.asks();
    leader.log.length = 0;
    await leader.run(undefined, UPDATE_STATUS);
    expect(leader.log).toContain(
      'Serial waits for restart: db/1 holds it; the lock is held by 1 of 1 allowed',
    );
    await holder.run();
    leader.log.length = 0;
    await leader.run(undefined, UPDATE_STATUS);
    expect(leader.log.at(-1)).toBe(
      'Serial waits for restart: db/2 holds it; the lock is held by 1 of 1 allowed',
    );
  });

  test('why the policy has a leader wait where nobody holds the lock', async () => {
    const world = new World();
    const leader = world.add({ policies: { restart: closed } });
    world.cluster.elect(leader.name);
    await leader.asks();
    await leader.run(undefined, UPDATE_STATUS);
    expect(leader.log.at(-1)).toBe('Serial waits for restart: the window is closed');
  });

  test('asking for a lock that is granted at once', async () => {
    const { leader } = await trio();
    await leader.asks();
    expect(leader.log).toEqual([
      'Serial granted restart to db/0',
      'Serial asked for restart',
      'Serial gave back restart',
    ]);
  });
});

describe('what a subclass may override', () => {
  class Bookkeeper extends Serial {
    readonly heard: unknown[] = [];
    override released(unit: string, lock: string, requestedAt: Date): void {
      this.heard.push({ unit, lock, requestedAt: requestedAt.toISOString() });
    }
    override msg(text: string): void {
      this.heard.push(text);
    }
  }

  test('released hears each release once, with when it was asked for, and of units that are gone', async () => {
    const world = new World();
    const leader = world.add({ make: (options) => new Bookkeeper(options) });
    const [second, third] = [world.add(), world.add()];
    world.cluster.elect(leader.name);
    await leader.run();
    await second.asks();
    await third.asks('reboot');
    const [restart, reboot] = [world.sheet('db/1').lastTicket, world.sheet('db/2').lastTicket];
    await leader.run();
    await second.run();
    world.cluster.remove(third.name);
    for (let hook = 0; hook < 3; hook += 1) await leader.run();
    const { coordinator } = leader;
    if (!(coordinator instanceof Bookkeeper)) throw new TypeError('made by the test itself');
    expect(coordinator.heard).toEqual([
      'granted reboot to db/2',
      'granted restart to db/1',
      'db/2 is gone, so its grant of reboot is dropped',
      { unit: 'db/2', lock: 'reboot', requestedAt: iso(reboot) },
      { unit: 'db/1', lock: 'restart', requestedAt: iso(restart) },
    ]);
    expect(leader.log).toEqual([]);
  });

  test('released hears nothing where the write is refused', async () => {
    const { world, second, third } = await trio();
    const leader = world.add({ make: (options) => new Bookkeeper(options) });
    world.cluster.elect(leader.name);
    await second.asks();
    await leader.run();
    await second.run();
    await third.asks();
    leader.store.next('grants.write', () => world.cluster.elect(third.name));
    await leader.run();
    const { coordinator } = leader;
    expect(coordinator).toHaveProperty('heard', ['granted restart to db/1']);
    expect(world.listed()).toEqual([second.name]);
  });
});

describe('looking around', () => {
  test("requests shows a leader everybody's and a follower its own", async () => {
    const { leader, holder, next } = await secondHolds();
    await next.run(({ requests }) => {
      expect([...requests.keys()]).toEqual([next.name]);
      expect([...(requests.get(next.name)?.keys() ?? [])]).toEqual(['restart']);
    });
    await leader.run(async (coordinator) => {
      await coordinator.acquire('backup');
      const locks = [...coordinator.requests].map(([unit, open]) => [unit, [...open.keys()]]);
      expect(Object.fromEntries(locks)).toEqual({
        [leader.name]: ['backup'],
        [holder.name]: ['restart'],
        [next.name]: ['restart'],
      });
    });
  });

  test('requests leaves out a unit that has published no sheet', async () => {
    const { world, leader } = await trio();
    const newcomer = world.add();
    await leader.run(({ requests }) => {
      expect([...requests.keys()]).toEqual([leader.name, 'db/1', 'db/2']);
    });
    expect(world.hasPublished(newcomer.name)).toBe(false);
  });

  test('grants shows everybody who holds what', async () => {
    const { world, leader, holder, next } = await secondHolds();
    for (const unit of [leader, next, holder]) {
      await unit.failing(({ grants }) => {
        expect([...grants].map(([lock, units]) => [lock, [...units]])).toEqual([
          ['restart', Object.entries(world.grants['restart'] ?? {})],
        ]);
      });
    }
  });

  test('requestTimestamp says when this unit asked, by its own clock', async () => {
    const world = new World();
    const unit = world.add({ skewMs: -86_400_000 });
    await unit.run(async (coordinator) => {
      expect(coordinator.requestTimestamp('restart')).toBeUndefined();
      await coordinator.acquire('restart');
      expect(coordinator.requestTimestamp('restart')).toEqual(new Date('2025-12-31T00:00:01.000Z'));
    });
    await unit.run((coordinator) => {
      expect(coordinator.requestTimestamp('restart')).toEqual(new Date('2025-12-31T00:00:01.000Z'));
    });
  });

  test('grant decides once more, and says whether that unit has the lock', async () => {
    const { leader, holder, next } = await secondHolds();
    await leader.run(async (coordinator) => {
      expect(await coordinator.grant('restart', holder.name)).toBe(true);
      expect(await coordinator.grant('restart', next.name)).toBe(false);
      expect(await coordinator.grant('restart', leader.name)).toBe(false);
    });
    await next.run(async (coordinator) => {
      expect(await coordinator.grant('restart', holder.name)).toBe(false);
    });
  });

  test('granted and acquire ask the policy nothing more, once the lock is held', async () => {
    let asked = 0;
    const world = new World();
    const policy: Policy = (contest) => {
      asked += 1;
      return limit(1)(contest);
    };
    const leader = world.add({ policy });
    world.cluster.elect(leader.name);
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
      expect(asked).toBe(1);
      expect(await coordinator.acquire('restart')).toBe(true);
      expect(coordinator.granted('restart')).toBe(true);
      expect(asked).toBe(1);
    });
  });
});

describe('explain', () => {
  test('tells a leader who holds, who waits, in which place and why', async () => {
    const { leader, holder, next } = await secondHolds();
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      const explanation = coordinator.explain('restart');
      expect(explanation).toMatchObject({
        lock: 'restart',
        complete: true,
        holders: [{ unit: holder.name, state: 'held' }],
        queue: [
          { unit: next.name, place: 1, reason: { why: 'held', holders: 1, limit: 1 } },
          { unit: leader.name, place: 2 },
        ],
        own: { unit: leader.name, state: 'waiting', place: 2 },
      });
      expect(String(explanation)).toContain('1. db/2 waits');
    });
  });

  test('tells a follower what it can know, and that it is not all', async () => {
    const { holder, next } = await secondHolds();
    await next.run((coordinator) => {
      const explanation = coordinator.explain('restart');
      expect(explanation).toMatchObject({
        complete: false,
        holders: [{ unit: holder.name, state: 'unknown' }],
        queue: [],
        own: { unit: next.name, state: 'waiting' },
      });
      expect(String(explanation)).toContain('this unit is not the leader');
    });
    await holder.run((coordinator) => {
      expect(coordinator.explain('restart').own).toMatchObject({ state: 'holding' });
      expect(coordinator.explain('reboot').own).toEqual({ unit: holder.name, state: 'not-asking' });
    });
  });

  test('tells a leader in an action that it grants itself nothing there', async () => {
    const { leader } = await trio();
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      expect(coordinator.explain('restart').queue[0]?.reason).toEqual({ why: 'in-action' });
    }, ACTION);
    await leader.run();
    expect(leader.log.join()).not.toContain('nobody');
  });
});

/** A leader that holds `backup`, and whose policy for `reboot` throws once it is told to. */
async function withBrokenPolicy(): Promise<{
  world: World;
  leader: WorldUnit;
  other: WorldUnit;
  breakIt: (cause: Error) => void;
}> {
  const world = new World();
  let broken: Error | undefined;
  const reboot: Policy = (contest) => {
    if (broken !== undefined) throw broken;
    return closed(contest);
  };
  const leader = world.add({ policies: { reboot } });
  const other = world.add();
  world.cluster.elect(leader.name);
  await other.asks('backup');
  await leader.run();
  await leader.asks('backup');
  await other.asks('reboot');
  await leader.runWithoutCode();
  expect(world.holders('backup')).toEqual([leader.name]);
  return { world, leader, other, breakIt: (cause) => void (broken = cause) };
}

/** When a ticket was made, as text. */
function iso(ticket: number): string {
  return new Date(ticket / 1000).toISOString();
}

/** The code of what a call throws. */
function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return CoordinatorError.is(error) ? error.code : error;
  }
  return undefined;
}
