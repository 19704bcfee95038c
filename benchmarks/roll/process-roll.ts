import type { JujuSeries, LogEntry } from '@baton/juju-sim';

import { withRoll, type Roll } from '../../tools/interop/roll.ts';
import type { Contestant } from './contestant.ts';
import { countHooks, type RanHook, type RollCount } from './roll-count.ts';
import { WrittenBytes } from './written-bytes.ts';

/** A rolling restart to count. */
export interface ProcessRollOptions {
  readonly contestant: Contestant;
  readonly juju: JujuSeries;
  readonly units: number;
  /** The folder of the virtual environment of Python. */
  readonly python: string;
}

/** Counts a rolling restart whose hooks are processes. */
export async function processRoll(options: ProcessRollOptions): Promise<RollCount> {
  const { contestant, juju, units, python } = options;
  const counted: RollCount[] = [];
  let watch: RollWatch | undefined;
  await withRoll(
    {
      units: Array.from({ length: units }, () => contestant),
      juju,
      python,
      onChange: () => watch?.look(),
      onCall: ({ unit, tool }) => watch?.called(unit, tool),
      onLog: (entry) => watch?.logged(entry),
    },
    async (roll) => {
      watch = new RollWatch(roll);
      const started = performance.now();
      roll.to(1);
      await roll.rolled(1);
      await roll.settled();
      const seconds = (performance.now() - started) / 1000;
      if (roll.overlaps.length > 0) throw new Error(`${contestant}: ${roll.overlaps.join(', ')}`);
      const { ran, bytes } = watch;
      counted.push({
        contestant,
        juju,
        units,
        driver: 'processes',
        ...countHooks(ran),
        bytes,
        seconds,
      });
    },
  );
  const [count] = counted;
  if (count === undefined) throw new Error(`the roll with ${contestant} was not counted`);
  return count;
}

/** Notes what happens in an application from now on. */
class RollWatch {
  readonly ran: RanHook[] = [];
  readonly #roll: Roll;
  readonly #written = new WrittenBytes();
  readonly #before: number;
  readonly #calls = new Map<string, string[]>();

  constructor(roll: Roll) {
    this.#roll = roll;
    this.look();
    this.#before = this.#written.total;
  }

  get bytes(): number {
    return this.#written.total - this.#before;
  }

  look(): void {
    const { units, applicationBag, leaderSettings } = this.#roll.app.model.controller;
    this.#written.look({ units: units.values(), applicationBag, leaderSettings });
  }

  called(unit: string, tool: string): void {
    this.look();
    // The stand-in for juju-exec asks for its command; juju-exec itself does not.
    if (tool === 'action-get') return;
    const calls = this.#calls.get(unit) ?? [];
    this.#calls.set(unit, [...calls, tool]);
  }

  /** The log says when a hook has ended. */
  logged({ unit, message }: LogEntry): void {
    const [, name, what] = /^ran "(.+)" (hook|action)$/.exec(message) ?? [];
    if (name === undefined) return;
    const kind = what === 'action' ? 'action' : name.replace(/^cluster-/, '');
    const leads = this.#roll.app.leader === unit;
    this.ran.push({ kind, leads, tools: this.#calls.get(unit) ?? [] });
    this.#calls.delete(unit);
  }
}
