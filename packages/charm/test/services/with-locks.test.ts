import { setImmediate as nextTurn } from 'node:timers/promises';
import { Serial } from '@baton/coordinator';
import type { Logger } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HookExit, Hooks, MemoryReadinessStore, ServiceManager } from '../../src/index.ts';
import type { HookResult } from '../../src/index.ts';
import { hook, World } from './world.ts';

const ROUNDS = 6;
const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let cluster: MemoryCluster;
let exitCodeBefore: typeof process.exitCode;
beforeEach(() => {
  cluster = new MemoryCluster();
  exitCodeBefore = process.exitCode;
});
afterEach(() => {
  process.exitCode = exitCodeBefore;
});

/** A unit whose service is restarted when it must be, and only while the unit holds the lock. */
class Unit {
  readonly world = new World();
  readonly serial: Serial;
  readonly manager: ServiceManager;
  readonly #hooks = new Hooks();
  needsRestart = true;
  /** What happens in the restart. */
  whileRestarting: () => unknown = () => undefined;

  constructor(name: string) {
    this.serial = new Serial({
      store: cluster.store(name),
      lifecycle: this.#hooks,
      logger: silent,
    });
    const maybeRestart = async (service: string): Promise<void> => {
      if (this.needsRestart) await this.serial.acquire('restart');
      if (this.serial.granted('restart')) {
        await this.whileRestarting();
        await this.world.system.services.restart(service);
        this.needsRestart = false;
      }
    };
    this.manager = new ServiceManager({
      hooks: this.#hooks,
      services: [{ service: 'servicename', dataReady: [maybeRestart] }],
      system: this.world.system,
      state: new MemoryReadinessStore(),
    });
  }

  run(name = 'peers-relation-changed'): Promise<HookResult> {
    return this.#hooks.run(hook(name));
  }

  get restarts(): number {
    return this.world.done.filter((what) => what === 'restart servicename').length;
  }
}

function twoUnits(): readonly [Unit, Unit] {
  const leader = new Unit('app/0');
  const follower = new Unit('app/1');
  cluster.elect('app/0');
  return [leader, follower];
}

function holders(): readonly string[] {
  const { grants } = cluster.inspect();
  if (!(grants instanceof Map)) throw new Error('the grant sheet cannot be read');
  const held: unknown = grants.get('restart');
  return held instanceof Map ? [...held.keys()].map(String) : [];
}

describe('a service manager whose dataReady restarts under a lock', () => {
  it('rolls the restart through two units, one at a time and each once', async () => {
    const units = twoUnits();
    let restarting = 0;
    let most = 0;
    for (const unit of units) {
      unit.whileRestarting = async () => {
        restarting += 1;
        most = Math.max(most, restarting);
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        restarting -= 1;
      };
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      // Both run their hooks at once, as the agents of two machines do.
      const results = await Promise.all(units.map((unit) => unit.run()));
      expect(results).toEqual([{ ok: true }, { ok: true }]);
    }
    expect(units.map(({ restarts }) => restarts)).toEqual([1, 1]);
    expect(most).toBe(1);
    await units[0].run('update-status');
    expect(holders()).toEqual([]);
  });

  it.each([
    [
      'an error',
      1,
      () => {
        throw new Error('the service does not come up');
      },
    ],
    [
      'HookExit',
      3,
      () => {
        throw new HookExit(3);
      },
    ],
    [
      'process.exitCode',
      4,
      () => {
        process.exitCode = 4;
      },
    ],
  ])('keeps the lock when the hook fails by %s', async (_, exitCode, trouble) => {
    const [leader, follower] = twoUnits();
    await leader.run();
    follower.whileRestarting = trouble;
    await follower.run();
    await leader.run();
    expect(holders()).toEqual(['app/1']);
    leader.needsRestart = true;
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await follower.run()).toMatchObject({ ok: false, exitCode });
      expect(await leader.run()).toEqual({ ok: true });
      expect(holders()).toEqual(['app/1']);
    }
    expect(leader.restarts).toBe(1);

    follower.whileRestarting = () => undefined;
    follower.needsRestart = true;
    for (let round = 0; round < ROUNDS; round += 1) {
      expect(await follower.run()).toEqual({ ok: true });
      expect(await leader.run()).toEqual({ ok: true });
    }
    expect(leader.restarts).toBe(2);
    await leader.run('update-status');
    expect(holders()).toEqual([]);
  });
});
