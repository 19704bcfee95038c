import { LockStoreError, Serial, type Logger } from '@baton/coordinator';
import { HookContext } from '@baton/hook-tools';
import { CharmFailure, type VirtualHook } from '@baton/juju-sim/virtual';
import { JujuLockStore } from '@baton/storage-juju';

import { LOCKS } from '../../baton/locks.ts';
import type { Operations } from '../../baton/operations.ts';
import type { Story } from './story.ts';

/** How the work of a unit under a lock goes. */
export interface Work {
  /** How long it takes, in ms. */
  readonly ms: number;
  /** Whether the charm's event loop stands still meanwhile. */
  readonly blocking: boolean;
}

const USUAL_WORK: Work = { ms: 5_000, blocking: false };

/** The code of every unit: it asks for what the unit wants, and works under what the unit holds. */
export class Charm {
  /** Which work was finished, in order. */
  readonly worked: string[] = [];
  readonly #story: Story;
  readonly #operations: Operations;
  readonly #wants = new Map<string, Map<string, Work>>();

  constructor(story: Story, operations: Operations) {
    this.#story = story;
    this.#operations = operations;
  }

  /** From its next hook on, the unit wants to work under the lock once. */
  wants(unit: string, lock: string, work: Partial<Work> = {}): void {
    this.#of(unit).set(lock, { ...USUAL_WORK, ...work });
  }

  /** The unit asks for the lock no more. */
  wantsNoMore(unit: string, lock: string): void {
    this.#of(unit).delete(lock);
  }

  /** Runs one hook, and gives the exit code of its process. */
  async run(hook: VirtualHook): Promise<number> {
    const serial = new Serial({
      store: new JujuLockStore({
        relation: 'cluster',
        transport: hook.transport,
        context: HookContext.fromEnvironment(hook.environment),
      }),
      clock: hook.clock,
      logger: this.#logger(hook.unit),
    });
    const body = async (): Promise<void> => {
      // What the unit wants, in that order, and what it was granted though it wants it no more.
      for (const lock of new Set([...this.#of(hook.unit).keys(), ...LOCKS]))
        await this.#lockOf(hook, serial, lock);
      hook.charmReturned();
    };
    try {
      await serial.run(body, { name: hook.name, kind: hook.kind });
      return 0;
    } catch (error) {
      if (!(error instanceof CharmFailure) && !LockStoreError.is(error)) throw error;
      return 1;
    }
  }

  async #lockOf(hook: VirtualHook, serial: Serial, lock: string): Promise<void> {
    const { unit } = hook;
    const asked = serial.requested(lock);
    if (!this.#of(unit).has(lock) && !serial.granted(lock)) return;
    if (!(await serial.acquire(lock))) {
      this.#story.says(
        unit,
        `${asked ? 'still wants' : 'asks for'} ${lock}: has to wait`,
        asked ? 'quiet' : 'eventful',
      );
      return;
    }
    if (!asked) this.#story.says(unit, `asks for ${lock}: holds it`);
    const { ms, blocking } = this.#of(unit).get(lock) ?? USUAL_WORK;
    this.#operations.begin(unit, lock);
    await hook.pause(`works under ${lock}`, ms, blocking);
    this.#operations.end(unit, lock);
    this.#of(unit).delete(lock);
    this.worked.push(`${unit} ${lock}`);
    this.#story.says(unit, `has done its work under ${lock}`);
  }

  /** Of what Baton logs, what no document shows. */
  #logger(unit: string): Logger {
    const warn = (message: string): void => {
      this.#story.says(unit, `Baton warns: ${withoutName(message)}`);
    };
    const info = (message: string): void => {
      const text = withoutName(message);
      if (text.includes(' is gone')) this.#story.says(unit, text, 'quiet');
    };
    return { debug: info, info, warn, error: warn };
  }

  #of(unit: string): Map<string, Work> {
    let wants = this.#wants.get(unit);
    if (wants === undefined) this.#wants.set(unit, (wants = new Map()));
    return wants;
  }
}

function withoutName(message: string): string {
  return message.replace(/^Serial /, '');
}
