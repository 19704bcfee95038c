import type { HookContext } from '../model/hook-context.ts';
import type { Model } from '../model/model.ts';
import type { HookEnd, HookExit } from '../model/model-options.ts';
import type { UnitName } from '../model/names.ts';
import type { SimClock } from './clock.ts';
import type { UnitMachine } from './unit-machine.ts';

/** What the driver works with. */
export interface ProcessDriverOptions {
  readonly model: Model;
  readonly clock: SimClock;
  readonly machineOf: (unit: UnitName) => UnitMachine;
  /** The folder of the charm of a revision. */
  readonly charmOf: (revision: number) => string;
  /** Hooks that may run at once, of different units; as many as there are units unless given. */
  readonly parallel: number;
  readonly log: (unit: UnitName, level: string, logger: string, message: string) => void;
  /** Told after everything that may have changed what there is to see. */
  readonly onChange: () => void;
  /** Told when the driver itself fails: a defect, or a disk that is full. */
  readonly onFailure: (error: unknown) => void;
}

// A timer of Node cannot wait longer than this.
const longestWaitMs = 2 ** 31 - 1;

/** Runs the hooks of a model as processes, as time passes, until it is stopped. */
export class ProcessDriver {
  readonly #options: ProcessDriverOptions;
  readonly #running = new Map<UnitName, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #stopped = false;

  constructor(options: ProcessDriverOptions) {
    this.#options = options;
  }

  /** How many hooks run now. */
  get running(): number {
    return this.#running.size;
  }

  /** Looks, soon, whether there is something to run: call it after everything done to the model. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#look();
    });
  }

  /** Kills a unit's hook, if one runs, and waits for its end. Stop the unit's agent in the model first. */
  async kill(unit: UnitName): Promise<void> {
    const running = this.#running.get(unit);
    if (running === undefined) return;
    this.#options.machineOf(unit).killHook();
    await running;
  }

  /** Runs nothing any more, and ends what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#running.keys()].map((unit) => this.kill(unit)));
  }

  #look(): void {
    const { model, clock, parallel, onChange } = this.#options;
    if (this.#stopped) return;
    model.tick(clock.now());
    for (const { name } of model.controller.living()) {
      model.deliver(name);
      const { kind } = model.nextOperation(name);
      const free = this.#running.size < parallel && !this.#running.has(name);
      if (free && (kind === 'hook' || kind === 'action')) this.#start(name);
    }
    onChange();
    clearTimeout(this.#timer);
    const next = model.nextTimer();
    if (next === undefined) return;
    const wait = Math.min(clock.waitFor(next), longestWaitMs);
    this.#timer = setTimeout(() => this.wake(), Math.max(wait, 1));
  }

  #start(unit: UnitName): void {
    const running = this.#run(unit)
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#running.delete(unit);
        this.wake();
      });
    this.#running.set(unit, running);
  }

  async #run(unit: UnitName): Promise<void> {
    const { model, machineOf, charmOf, clock } = this.#options;
    const context = model.begin(unit);
    const { charmRevision } = context;
    const exit = await machineOf(unit).run(context, charmRevision, charmOf(charmRevision));
    model.tick(clock.now());
    const end = model.finish(context, exit);
    this.#report(context, exit, end);
    if (model.controller.unit(unit).life === 'dead') await machineOf(unit).killAll();
  }

  #report(context: HookContext, exit: HookExit, end: HookEnd): void {
    const { log } = this.#options;
    const { unit, hook, action } = context;
    const name = hook?.name ?? action?.name ?? '';
    const what = hook ? 'hook' : 'action';
    const logger = 'juju.worker.uniter.operation';
    if (end.result === 'failed') log(unit, 'ERROR', logger, `${what} "${name}" failed: ${end.why}`);
    else if (exit.kind === 'missing')
      log(unit, 'DEBUG', logger, `skipped "${name}" ${what} (missing)`);
    else if (end.result === 'requeued')
      log(unit, 'WARNING', logger, `${what} "${name}" was killed before it ended`);
    else log(unit, 'INFO', logger, `ran "${name}" ${what}`);
  }
}
