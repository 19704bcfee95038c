import {
  LockStoreError,
  parseUnitName,
  type HookOutcome,
  type HookSession,
  type LockStore,
  type UnitName,
} from '@baton/coordinator';
import {
  HookContext,
  HookToolError,
  type HookToolTransport,
  type ToolCall,
} from '@baton/hook-tools';
import {
  inProcessEnvironment,
  inProcessTransport,
  Model,
  seededRandom,
  type HookContext as HookInModel,
  type HookExit,
  type JujuSeries,
  type ModelOptions,
} from '@baton/juju-sim/model';
import { JujuLockStore, type JujuLockStoreOptions } from '@baton/storage-juju';

import { openAgentEnd, type AgentEnd, type Way } from './agent-end.ts';

const EXITED = (code: number): HookExit => ({ kind: 'exited', code });

/** How the stores of a unit are made; hook and tools come from the simulation. */
export type StoreOptions = Omit<JujuLockStoreOptions, 'transport' | 'context'>;

/** A hook that runs: its tools, and the store that the process would make. */
export interface RunningHook {
  readonly hook: HookInModel;
  readonly calls: readonly ToolCall[];
  readonly transport: HookToolTransport;
  readonly context: HookContext;
  /** Where it calls its tools on a socket. */
  readonly agentEnd: AgentEnd | undefined;
}

/** What is simulated, and how. */
export interface SimulationOptions extends Partial<ModelOptions> {
  readonly charmFolder?: string;
  /** How hooks call their tools; in the process unless given. */
  readonly way?: Way;
}

/** A Juju application inside this process. Its hooks do nothing but what a test does in them. */
export class Simulation {
  readonly model: Model;
  /** Tools that fail instead of answering, with what they say. */
  readonly failing: Map<string, string> = new Map();
  /** Tools that this Juju does not have. */
  readonly missing: Set<string> = new Set();
  /** Units whose hooks a test runs one by one. */
  readonly held: Set<string> = new Set();
  readonly #dying = new Set<string>();
  readonly charmFolder: string;
  readonly #way: Way;

  constructor(juju: JujuSeries, options: SimulationOptions = {}) {
    const { charmFolder = '', way = 'in-process', ...rest } = options;
    this.charmFolder = charmFolder;
    this.#way = way;
    this.model = new Model({
      application: 'db',
      juju,
      random: seededRandom(7),
      now: 1_795_000_000_000,
      peerEndpoint: 'cluster',
      ...rest,
    });
  }

  addUnit(): UnitName {
    return parseUnitName(this.model.addUnit());
  }

  /** Adds units and runs all their hooks. */
  addUnits(count: number): UnitName[] {
    const units = Array.from({ length: count }, () => this.addUnit());
    this.settle();
    return units;
  }

  /** Runs the hooks of a unit until it has none. */
  drain(unit: string): boolean {
    if (this.held.has(unit)) return false;
    let ran = false;
    for (;;) {
      this.model.deliver(unit);
      const { kind } = this.model.nextOperation(unit);
      if (kind !== 'hook' && kind !== 'action') return ran;
      this.model.finish(this.model.begin(unit), EXITED(0));
      ran = true;
    }
  }

  /** Runs the hooks of all units that are free until nobody has any. */
  settle(): void {
    let ran = true;
    while (ran) {
      ran = false;
      for (const { name } of this.model.controller.living()) ran = this.drain(name) || ran;
    }
  }

  /** Begins the next hook of a unit, or, with nothing to run, an action. */
  begin(unit: string): RunningHook {
    const { model } = this;
    this.drain(unit);
    model.deliver(unit);
    if (model.nextOperation(unit).kind !== 'hook') {
      model.enqueueAction(unit, 'look');
      model.deliver(unit, 'actions');
    }
    const hook = model.begin(unit);
    const tools = inProcessTransport(hook);
    const calls: ToolCall[] = [];
    const answering: HookToolTransport = {
      run: async (call) => {
        calls.push(call);
        if (this.missing.has(call.tool)) throw missingTool(call);
        const stderr = this.failing.get(call.tool);
        return stderr === undefined ? tools.run(call) : { exitCode: 1, stdout: '', stderr };
      },
    };
    const environment = inProcessEnvironment(hook, { charmFolder: this.charmFolder });
    const context = HookContext.fromEnvironment(environment);
    const agentEnd = this.#way === 'socket' ? openAgentEnd(hook.id, answering) : undefined;
    return { hook, calls, transport: agentEnd?.transport ?? answering, context, agentEnd };
  }

  /** The unit's agent dies when its next hook has ended, and starts again. */
  dieBeforeNextCommit(unit: string): void {
    this.#dying.add(unit);
  }

  /** Ends a hook. @throws {LockStoreError} where Juju could not commit what it wrote */
  async finish({ hook, agentEnd }: RunningHook, code: number): Promise<void> {
    await agentEnd?.close();
    if (this.#dying.delete(hook.unit)) {
      this.model.stopAgent(hook.unit);
      this.model.startAgent(hook.unit);
    }
    const end = this.model.finish(hook, EXITED(code));
    if (code !== 0 || end.result === 'done') return;
    const why = end.result === 'failed' ? end.why : 'the agent died';
    const isDeposed = why.includes('is not leader of');
    throw new LockStoreError(
      isDeposed ? 'NOT_LEADER' : 'UNAVAILABLE',
      `the hook of ${hook.unit} was not committed: ${why}`,
    );
  }

  /** A store of a unit that is made anew in each hook, as each is a process of its own. */
  store(unit: UnitName, options: StoreOptions = {}): LockStore {
    return new StoreOfManyHooks(this, unit, { relation: 'cluster', ...options });
  }
}

/** What the spawning transport throws where there is no such program on the PATH. */
function missingTool({ tool, args }: ToolCall): HookToolError {
  return new HookToolError('MISSING', `${tool} is not on the PATH`, { tool, args });
}

class StoreOfManyHooks implements LockStore {
  readonly unit: UnitName;
  readonly key: string;
  readonly #simulation: Simulation;
  readonly #options: StoreOptions;
  #store: JujuLockStore | undefined;

  constructor(simulation: Simulation, unit: UnitName, options: StoreOptions) {
    this.unit = unit;
    this.key = options.key ?? 'baton';
    this.#simulation = simulation;
    this.#options = options;
  }

  async begin(): Promise<HookSession> {
    // A second session of the process that runs is the store's own affair.
    if (this.#store !== undefined) return await this.#store.begin();
    const running = this.#simulation.begin(this.unit);
    const { transport, context } = running;
    this.#store = new JujuLockStore({ ...this.#options, transport, context });
    const session = await this.#store.begin();
    return {
      leadership: () => session.leadership(),
      peers: session.peers,
      grants: session.grants,
      local: session.local,
      end: (outcome) => this.#end(running, session, outcome),
    };
  }

  async #end(running: RunningHook, session: HookSession, outcome: HookOutcome): Promise<void> {
    if (running.hook.closed) return await session.end(outcome);
    let code = outcome === 'success' ? 0 : 1;
    try {
      await session.end(outcome);
    } catch (error) {
      code = 1;
      throw error;
    } finally {
      this.#store = undefined;
      await this.#simulation.finish(running, code);
    }
  }
}
