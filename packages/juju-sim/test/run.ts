import { Model } from '../src/model/model.ts';
import type { HookEnd, HookExit, ModelOptions } from '../src/model/model-options.ts';
import type { HookContext } from '../src/model/hook-context.ts';
import { seededRandom } from '../src/seeded-random.ts';
import type { JujuSeries } from '../src/model/profile.ts';
import { callTool } from '../src/tools/run-tool.ts';
import type { ToolResult } from '../src/tools/result.ts';

export type Call = (line: string, stdin?: string) => ToolResult;

/** A model with what tests do to it. */
export class Application {
  readonly model: Model;

  constructor(juju: JujuSeries, units = 0, options: Partial<ModelOptions> = {}) {
    this.model = new Model({
      application: 'web',
      juju,
      random: seededRandom(1),
      now: 1_000_000,
      peerEndpoint: 'cluster',
      config: new Map([['level', 1]]),
      ...options,
    });
    for (let i = 0; i < units; i++) this.model.addUnit();
  }

  /** What the unit does next, after it has heard of everything. */
  next(unit: string): string {
    this.model.deliver(unit);
    const operation = this.model.nextOperation(unit);
    if (operation.kind === 'action') return `action ${operation.action.name}`;
    if (operation.kind !== 'hook') return operation.kind;
    const { name, remoteUnit } = operation.hook;
    return remoteUnit ? `${name} ${remoteUnit}` : name;
  }

  /** Begins the unit's next hook. */
  begin(unit: string): HookContext {
    this.model.deliver(unit);
    return this.model.begin(unit);
  }

  /** Runs the unit's next hook, with the calls of tools that the charm makes in it. */
  hook(unit: string, charm: (call: Call) => void = () => undefined, exit = 0): HookEnd {
    const context = this.begin(unit);
    charm(caller(context));
    return this.model.finish(context, { kind: 'exited', code: exit });
  }

  end(context: HookContext, exit: HookExit = { kind: 'exited', code: 0 }): HookEnd {
    return this.model.finish(context, exit);
  }

  /** Runs hooks of one unit until it has none; gives their names in order. */
  drain(unit: string): string[] {
    const names: string[] = [];
    for (;;) {
      const name = this.next(unit);
      if (['idle', 'error', 'busy', 'stopped', 'dead'].includes(name)) return names;
      if (names.push(name) > 1000)
        throw new Error(`${unit} never settles: ${names.slice(-5).join()}`);
      this.hook(unit);
    }
  }

  /** Runs hooks of all units, one after another, until nobody has any. */
  settle(): this {
    while (!this.model.settled)
      for (const { name } of this.model.controller.living()) this.drain(name);
    return this;
  }

  /** Lets time pass, in seconds. */
  wait(seconds: number): void {
    this.model.tick(this.model.now + seconds * 1000);
  }
}

/** Splits a command line at spaces. */
export function caller(context: HookContext): Call {
  return (line, stdin) => {
    const [tool = '', ...args] = line.split(' ').filter((word) => word !== '');
    return callTool(context, { tool, args, ...(stdin === undefined ? {} : { stdin }) });
  };
}

/** An application of one or more settled units whose `web/0` is in an action: its calls of tools. */
export function inAction(juju: JujuSeries = '3.6', units = 2): { app: Application; call: Call } {
  const app = new Application(juju, units).settle();
  app.model.enqueueAction('web/0', 'look', { name: 'x', deep: { er: 5, list: [1, 'a'] } });
  return { app, call: caller(app.begin('web/0')) };
}
