import { describe, expect, test } from 'vitest';

import type { BaseCoordinator } from '../src/index.ts';
import { leaderFailed, secondHolds } from './shell/situations.ts';
import { deferred, trio, type WorldUnit } from './shell/world.ts';

/** A function that requires `restart`, which notes what its guard and its body were called with. */
function required(
  { coordinator }: WorldUnit,
  wants: (...args: readonly unknown[]) => boolean | Promise<boolean>,
): {
  readonly restart: (...args: readonly unknown[]) => Promise<unknown>;
  readonly calls: string[];
} {
  const calls: string[] = [];
  const restart = coordinator.require(
    'restart',
    (...args: readonly unknown[]) => {
      calls.push(`guard ${args.join(' ')}`.trim());
      return wants(...args);
    },
    (...args: readonly unknown[]) => {
      calls.push(`body ${args.join(' ')}`.trim());
      return `restarted ${args.join(' ')}`.trim();
    },
  );
  return { restart, calls };
}

const WAITING = { ran: false, why: 'waiting' };
const NOT_WANTED = { ran: false, why: 'not-wanted' };

describe('a function that requires a lock', () => {
  test('runs without asking the guard where the unit holds the lock', async () => {
    const { leader, holder, next } = await secondHolds();
    const { restart, calls } = required(holder, () => false);
    await holder.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
    });
    expect(calls).toEqual(['body']);
    await leader.run();
    expect(await next.holds()).toBe(true);
    expect(holder.log.at(-1)).toBe('Serial gave back restart');
  });

  test('does not run and asks for nothing where the guard says no', async () => {
    const { leader, second } = await trio();
    for (const unit of [leader, second]) {
      const { restart, calls } = required(unit, () => false);
      await unit.run(async (coordinator) => {
        expect(await restart()).toEqual(NOT_WANTED);
        expect(coordinator.requested('restart')).toBe(false);
      });
      expect(calls).toEqual(['guard']);
    }
  });

  test('asks for the lock and does not run where the guard says yes and it is not granted', async () => {
    const { leader, second } = await trio();
    const { restart, calls } = required(second, () => true);
    await second.run(async (coordinator) => {
      expect(await restart()).toEqual(WAITING);
      expect(coordinator.requested('restart')).toBe(true);
    });
    expect(second.log).toEqual(['Serial asked for restart']);
    await leader.run();
    await second.run(() => restart());
    expect(calls).toEqual(['guard', 'body']);
  });

  test('runs where the guard says yes and the lock is granted at once', async () => {
    const { world, leader } = await trio();
    const { restart, calls } = required(leader, () => true);
    await leader.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
    });
    expect(calls).toEqual(['guard', 'body']);
    expect(world.holders()).toEqual([]);
  });

  test('gives its arguments to the guard and to the body', async () => {
    const { leader } = await trio();
    const { restart, calls } = required(leader, () => true);
    await leader.run(async () => {
      expect(await restart('now', 3)).toEqual({ ran: true, value: 'restarted now 3' });
    });
    expect(calls).toEqual(['guard now 3', 'body now 3']);
  });

  test('waits for a guard and for a body that take their time', async () => {
    const { leader } = await trio();
    const steps: string[] = [];
    const later = async (step: string): Promise<true> => {
      await Promise.resolve();
      steps.push(step);
      return true;
    };
    const restart = leader.coordinator.require(
      'restart',
      () => later('guard'),
      () => later('body'),
    );
    await leader.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: true });
    });
    expect(steps).toEqual(['guard', 'body']);
    const never = leader.coordinator.require(
      'restart',
      async () => false,
      () => later('never'),
    );
    await leader.run(async () => {
      expect(await never()).toEqual(NOT_WANTED);
    });
    expect(steps).not.toContain('never');
  });

  test('rejects with what the guard or the body throws, and the hook fails', async () => {
    const { world, leader } = await trio();
    const failing = leader.coordinator.require(
      'restart',
      () => true,
      () => {
        throw new Error('the server does not start');
      },
    );
    await expect(leader.run(() => failing())).rejects.toThrow('the server does not start');
    expect(world.holders()).toEqual([leader.name]);
    const unsure = leader.coordinator.require(
      'reboot',
      () => Promise.reject(new Error('who knows')),
      () => 1,
    );
    await expect(leader.run(() => unsure())).rejects.toThrow('who knows');
  });

  test('adopts the lock of a hook that failed, and runs', async () => {
    const { world, leader } = await leaderFailed();
    const { restart } = required(leader, () => true);
    const { grants } = world;
    await leader.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
      expect(world.grants).toEqual(grants);
    });
  });
});

describe('a second call in one hook', () => {
  test('does not run, and asks for nothing where the guard says no', async () => {
    const { holder } = await secondHolds();
    const { restart, calls } = required(holder, () => false);
    await holder.run(async () => {
      await restart();
      expect(await restart()).toEqual(NOT_WANTED);
    });
    expect(calls).toEqual(['body', 'guard']);
  });

  test('asks for another turn behind everybody who waits, where the guard says yes', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const { restart, calls } = required(holder, () => true);
    const first = world.sheet(holder.name).lastTicket;
    await holder.run(async () => {
      await restart();
      expect(await restart()).toEqual(WAITING);
    });
    expect(world.sheet(holder.name).requests.size).toBe(1);
    expect(world.sheet(holder.name).lastTicket).toBeGreaterThan(first);
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
    await next.run();
    await leader.run();
    await holder.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
    });
    expect(calls).toEqual(['body', 'guard', 'body']);
  });

  test('asks for another turn on the leader too, which is granted in a later hook', async () => {
    const { world, leader } = await trio();
    const { restart } = required(leader, () => true);
    await leader.run(async () => {
      await restart();
      expect(await restart()).toEqual(WAITING);
    });
    expect(world.holders()).toEqual([leader.name]);
    expect(leader.store.count('wake')).toBe(1);
    await leader.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
    });
    expect(world.holders()).toEqual([]);
  });

  test('asks for no more than the turn that the charm has asked for itself', async () => {
    const { world, holder } = await secondHolds();
    const { restart } = required(holder, () => true);
    const asked = await holder.run(async (coordinator) => {
      await restart();
      await restart();
      coordinator.release('restart');
      await coordinator.acquire('restart');
      return coordinator.requests.get(holder.name);
    });
    expect(world.sheet(holder.name).requests).toEqual(asked);
  });

  test('runs nothing twice where calls overlap', async () => {
    const { leader } = await trio();
    const { restart, calls } = required(leader, async () => true);
    await leader.run(async () => {
      const results = await Promise.all([restart(1), restart(2), restart(3)]);
      expect(
        results.filter((result) => JSON.stringify(result) === JSON.stringify(WAITING)),
      ).toHaveLength(2);
    });
    expect(calls.filter((call) => call.startsWith('body'))).toHaveLength(1);
  });

  test('runs nothing while the first is still at work', async () => {
    const { holder } = await secondHolds();
    const atWork = deferred<void>();
    let runs = 0;
    const restart = holder.coordinator.require(
      'restart',
      () => true,
      async () => {
        runs += 1;
        await atWork.promise;
      },
    );
    await holder.run(async () => {
      const first = restart();
      expect(await restart()).toEqual(WAITING);
      atWork.resolve();
      expect(await first).toEqual({ ran: true, value: undefined });
    });
    expect(runs).toBe(1);
  });

  test('is a first one in the next hook', async () => {
    const { leader } = await trio();
    const { restart, calls } = required(leader, () => true);
    await leader.run(() => restart());
    await leader.run(() => restart());
    expect(calls).toEqual(['guard', 'body', 'guard', 'body']);
  });

  test('of another function under the same lock runs', async () => {
    const { holder } = await secondHolds();
    const [first, second] = [required(holder, () => true), required(holder, () => true)];
    await holder.run(async () => {
      await first.restart();
      expect(await second.restart()).toEqual({ ran: true, value: 'restarted' });
    });
  });
});

describe('a method that requires a lock', () => {
  /** What a decorator gets beside the method; those of a coordinator do not look at it. */
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the runtime can make a whole one
  const context = {} as ClassMethodDecoratorContext<Server>;

  class Server {
    readonly name: string;
    readonly calls: string[] = [];
    wanted = true;
    constructor(name: string) {
      this.name = name;
    }
  }

  function decorated(coordinator: BaseCoordinator): (this: Server, how: string) => Promise<void> {
    const decorate = coordinator.require<[string]>('restart', function wants(how) {
      if (!(this instanceof Server)) throw new TypeError('the guard got no server');
      this.calls.push(`guard ${this.name} ${how}`);
      return this.wanted;
    });
    return decorate(function restart(this: Server, how: string) {
      this.calls.push(`body ${this.name} ${how}`);
    }, context);
  }

  test('gets this and its arguments, as its guard does', async () => {
    const { leader } = await trio();
    const restart = decorated(leader.coordinator);
    const server = new Server('a');
    await leader.run(() => restart.call(server, 'hard'));
    expect(server.calls).toEqual(['guard a hard', 'body a hard']);
  });

  test('does not run where its guard says no', async () => {
    const { leader } = await trio();
    const restart = decorated(leader.coordinator);
    const server = new Server('a');
    server.wanted = false;
    await leader.run(() => restart.call(server, 'hard'));
    expect(server.calls).toEqual(['guard a hard']);
  });

  test('runs once a hook for each object', async () => {
    const { leader } = await trio();
    const restart = decorated(leader.coordinator);
    const [a, b] = [new Server('a'), new Server('b')];
    await leader.run(async () => {
      for (const server of [a, b, a]) await restart.call(server, 'hard');
    });
    expect([...a.calls, ...b.calls].filter((call) => call.startsWith('body'))).toEqual([
      'body a hard',
      'body b hard',
    ]);
  });

  test('can be written as a decorator', async () => {
    const { leader } = await trio();
    const { coordinator } = leader;
    class Charm {
      restarts = 0;

      @coordinator.require('restart', () => true)
      async restart(): Promise<void> {
        this.restarts += 1;
      }
    }
    const charm = new Charm();
    await leader.run(async () => {
      await charm.restart();
      await charm.restart();
    });
    expect(charm.restarts).toBe(1);
  });

  test('throws at once for a name that is none, and when called outside a hook', async () => {
    const { leader } = await trio();
    expect(() => leader.coordinator.require('', () => true)).toThrow('is not the name of a lock');
    const server = new Server('a');
    await expect(decorated(leader.coordinator).call(server, 'hard')).rejects.toMatchObject({
      code: 'NOT_IN_HOOK',
    });
  });
});
