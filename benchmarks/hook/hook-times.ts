import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Not exported by the package: a benchmark may look inside.
import { makeToolsFolder } from '../../packages/juju-sim/src/driver/tools-folder.ts';
import { profiles } from '../../packages/juju-sim/src/model/profile.ts';
import { toolNames } from '../../packages/juju-sim/src/tools/run-tool.ts';
import { makeCharm } from '../../tools/interop/charm-folder.ts';
import { median } from '../measure.ts';
import { situations, type HookTimes, type Program, type Situation } from './hook-time.ts';
import { prepareHook, type PreparedHook } from './prepare-hook.ts';
import { runHook, type HookProgram } from './run-hook.ts';

const ROUNDS = 31;
const WARM_UP_ROUNDS = 2;
/** How many tools the hook calls that shows what one takes. */
const TOOLS = 20;

/** Something that is measured: a program, and what is kept of its runs. */
interface Measured extends HookProgram {
  readonly times: number[];
  toolCalls: number;
}

/**
 * How long one hook takes as a process, in each situation and with each program, one after the other in every
 * round, so that whatever else the machine does meets all of them alike.
 *
 * @param python the folder of the virtual environment of Python
 */
export async function hookTimes(
  python: string,
  progress: (what: string) => void,
): Promise<HookTimes> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-hook-'));
  try {
    return await new Measurement(folder, python).run(progress);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Measurement {
  readonly #folder: string;
  readonly #python: string;
  readonly #tools: string;

  constructor(folder: string, python: string) {
    this.#folder = folder;
    this.#python = python;
    this.#tools = join(folder, 'tools');
  }

  async run(progress: (what: string) => void): Promise<HookTimes> {
    await makeToolsFolder(this.#tools, toolNames(profiles['3.6']));
    await mkdir(join(this.#folder, 'nothing'));
    const hooks: { situation: Situation; program: Program; measured: Measured }[] = [];
    for (const situation of situations) {
      progress(`brings 31 units into the situation of a ${situation}`);
      for (const [program, measured] of await this.#programs(situation))
        hooks.push({ situation, program, measured });
    }
    const [first] = hooks;
    if (first === undefined) throw new Error('there is no hook to measure');
    const { prepared } = first.measured;
    const node = await this.#script('node', prepared, [`exec '${process.execPath}' empty`]);
    const pythonProgram = join(this.#python, 'bin', 'python');
    const bare = await this.#script('python', prepared, [`exec '${pythonProgram}' empty`]);
    const tool = await this.#script(
      'tool',
      prepared,
      Array.from({ length: TOOLS }, () => 'is-leader >/dev/null'),
    );
    await this.#rounds([...hooks.map(({ measured }) => measured), node, bare, tool], progress);
    return {
      hooks: hooks.map(({ situation, program, measured }) => ({
        situation,
        program,
        ms: median(measured.times),
        toolCalls: measured.toolCalls,
      })),
      bareNodeMs: median(node.times),
      barePythonMs: median(bare.times),
      toolMs: median(tool.times) / TOOLS,
    };
  }

  async #programs(situation: Situation): Promise<[Program, Measured][]> {
    const charmhelpers = await prepareHook('charmhelpers', situation, this.#python);
    const baton = await prepareHook('baton', situation, this.#python);
    const spawning = await this.#charm('baton', situation, baton);
    // What cannot start a tool has to use the socket.
    const socket: Measured = {
      ...spawning,
      toolsFolder: join(this.#folder, 'nothing'),
      environment: { BATON_HOOK_TOOLS: 'socket' },
      times: [],
    };
    return [
      ['charmhelpers', await this.#charm('charmhelpers', situation, charmhelpers)],
      ['baton, spawning', spawning],
      ...((await this.#works(socket))
        ? ([['baton, socket', socket]] as [Program, Measured][])
        : []),
    ];
  }

  async #charm(
    kind: 'charmhelpers' | 'baton',
    situation: Situation,
    prepared: PreparedHook,
  ): Promise<Measured> {
    const folder = join(this.#folder, `${kind}-${situation.replace(' ', '-')}`);
    await makeCharm(kind, folder, { shared: this.#folder, python: this.#python });
    if (prepared.version !== 0)
      await writeFile(join(folder, 'applied-version'), String(prepared.version));
    return {
      prepared,
      charmFolder: folder,
      toolsFolder: this.#tools,
      environment: { BATON_HOOK_TOOLS: 'spawn' },
      times: [],
      toolCalls: 0,
    };
  }

  /** A charm that is nothing but a script, with an empty file beside it. */
  async #script(name: string, prepared: PreparedHook, lines: readonly string[]): Promise<Measured> {
    const folder = join(this.#folder, name);
    await mkdir(folder);
    await writeFile(join(folder, 'empty'), '');
    await writeFile(join(folder, 'dispatch'), ['#!/bin/sh', ...lines, ''].join('\n'));
    await chmod(join(folder, 'dispatch'), 0o755);
    return { prepared, charmFolder: folder, toolsFolder: this.#tools, times: [], toolCalls: 0 };
  }

  /** Whether this version of Baton calls its tools over the socket at all. */
  async #works(socket: Measured): Promise<boolean> {
    try {
      await runHook(socket, this.#folder);
      return true;
    } catch (error) {
      if (error instanceof Error && /MISSING|there is no such program/.test(error.message))
        return false;
      throw error;
    }
  }

  async #rounds(all: readonly Measured[], progress: (what: string) => void): Promise<void> {
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round += 1) {
      progress(`runs hooks as processes, round ${round + 1} of ${WARM_UP_ROUNDS + ROUNDS}`);
      for (const each of all) {
        const { ms, toolCalls } = await runHook(each, this.#folder);
        if (round >= WARM_UP_ROUNDS) each.times.push(ms);
        each.toolCalls = toolCalls;
      }
    }
  }
}
