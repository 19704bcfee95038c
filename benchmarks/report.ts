import type { Figure } from './figure.ts';
import {
  JUJU_TOOL_SHARE,
  programs,
  situations,
  withToolsOf,
  type HookTimes,
  type Program,
  type Situation,
} from './hook/hook-time.ts';
import type { Results } from './results.ts';
import { leastHooks } from './roll/least-hooks.ts';
import type { RollCount } from './roll/roll-count.ts';
import { grouped, type Table } from './table.ts';

/** A table, and which of its columns are flush left. */
export interface Section {
  readonly name: SectionName;
  readonly title: string;
  readonly left: readonly number[];
  readonly rows: Table;
  readonly notes: readonly string[];
}

const EXPLORING_NOTE =
  'Baton and faults: in all, the start of the process included; a span is some two seconds, since a virtual ' +
  'processor that shares its core and memory with others may be slower for seconds at a time';

/** What a page may show of the results. */
type SectionName = 'targets' | 'rolls' | 'drivers' | 'hooks' | 'simulator' | 'in-process';

/** The results as tables; empty ones are left out. */
export function sectionsOf(results: Results): readonly Section[] {
  const { rolls, hooks, simulator, exploring, figures } = results;
  const notes = figures.flatMap(({ name, note }) =>
    note === undefined ? [] : [`${name}: ${note}`],
  );
  const sections: readonly Section[] = [
    section('targets', 'What was to be reached', [0], targetRows(targetsOf(results))),
    section('rolls', 'A rolling restart, in virtual time', [0, 1], rollRows(rolls)),
    section('drivers', 'The same with processes, and in virtual time', [0, 2], driverRows(rolls)),
    section('hooks', 'One hook as a process', [0, 1], hooks === undefined ? [] : hookRows(hooks)),
    section(
      'simulator',
      'The simulator itself',
      [],
      simulatorRows(simulator, exploring),
      exploring === undefined ? [] : [EXPLORING_NOTE],
    ),
    section('in-process', 'Inside one process', [0, 2], figureRows(figures), notes),
  ];
  return sections.filter(({ rows }) => rows.length > 1);
}

function section(
  name: SectionName,
  title: string,
  left: readonly number[],
  rows: Table,
  notes: readonly string[] = [],
): Section {
  return { name, title, left, rows, notes };
}

/** Something that was to be reached, and whether it was. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly value: string;
  readonly met: boolean;
}

/** What was to be reached of what was measured. */
export function targetsOf({ rolls, hooks, exploring, figures }: Results): readonly Target[] {
  return [
    ...rollTargets(rolls),
    ...(hooks === undefined ? [] : hookTargets(hooks)),
    ...(exploring === undefined ? [] : [exploringTarget(exploring)]),
    ...figures.flatMap((each) =>
      each.limit === undefined
        ? []
        : [
            {
              what: `${each.name}, against ${each.against}`,
              wanted: `at most ${valueOf(each, each.limit)}`,
              value: valueOf(each, each.value),
              met: each.met === true,
            },
          ],
    ),
  ];
}

const JUDGED_UNITS = 30;

function rollTargets(rolls: readonly RollCount[]): readonly Target[] {
  const find = (contestant: RollCount['contestant']): RollCount | undefined =>
    rolls.find(
      (roll) =>
        roll.contestant === contestant &&
        roll.units === JUDGED_UNITS &&
        roll.juju === '3.6' &&
        roll.driver === 'virtual',
    );
  const [original, baton] = [find('charmhelpers'), find('baton')];
  if (original === undefined || baton === undefined) return [];
  const calls = baton.toolCalls / original.toolCalls;
  const hooks = baton.hooks / original.hooks;
  const roll = `a rolling restart of ${JUDGED_UNITS} units`;
  return [
    {
      what: `hook tools called in ${roll}, against charmhelpers`,
      wanted: 'at most 0.10 ×',
      value: times(calls),
      met: calls <= 0.1,
    },
    {
      what: `hooks run in ${roll}, against charmhelpers`,
      wanted: 'at most 1.00 ×',
      value: times(hooks),
      met: hooks <= 1,
    },
  ];
}

function hookTargets(measured: HookTimes): readonly Target[] {
  const find = (program: Program): HookTimes['hooks'][number] | undefined =>
    measured.hooks.find((hook) => hook.situation === 'follower' && hook.program === program);
  const [original, socket] = [find('charmhelpers'), find('baton, socket')];
  if (original === undefined || socket === undefined) return [];
  const above = socket.ms - measured.bareNodeMs;
  // The cheaper the tools, the better for the one that starts many.
  const smaller = Math.min(original.ms, withToolsOf(JUJU_TOOL_SHARE, original, measured));
  const ratio = socket.ms / smaller;
  return [
    {
      what: 'a hook of a follower on the socket, against bare Node',
      wanted: 'at most +35 ms',
      value: `+${above.toFixed(1)} ms`,
      met: above <= 35,
    },
    {
      what: "a hook of a follower on the socket, against charmhelpers' with Juju's own tools",
      wanted: 'at most 0.33 ×',
      value: times(ratio),
      met: ratio <= 1 / 3,
    },
  ];
}

const HOOKS_A_SECOND = 10_000;

function exploringTarget({ hooksPerSecond }: NonNullable<Results['exploring']>): Target {
  return {
    what: 'hooks explored a second by one processor, the code of Baton included',
    wanted: `at least ${grouped(HOOKS_A_SECOND)}`,
    value: grouped(hooksPerSecond),
    met: hooksPerSecond >= HOOKS_A_SECOND,
  };
}

function targetRows(targets: readonly Target[]): Table {
  return [
    ['what', 'wanted', 'measured', ''],
    ...targets.map(({ what, wanted, value, met }) => [
      what,
      wanted,
      value,
      met ? 'met' : 'NOT MET',
    ]),
  ];
}

/** The rolls that one table shows: by Juju, by their size, the original first. */
export function virtualRolls(rolls: readonly RollCount[]): readonly RollCount[] {
  return rolls
    .filter(({ driver }) => driver === 'virtual')
    .toSorted((a, b) => a.juju.localeCompare(b.juju) || a.units - b.units || rankOf(a) - rankOf(b));
}

/** What each contestant is called. */
export const names: Readonly<Record<RollCount['contestant'], string>> = {
  charmhelpers: 'charmhelpers',
  rollingops: 'charmlibs-rollingops',
  baton: 'Baton',
};

function rankOf({ contestant }: RollCount): number {
  return Object.keys(names).indexOf(contestant);
}

function rollRows(rolls: readonly RollCount[]): Table {
  return [
    [
      'Juju',
      'with',
      'units',
      'hooks',
      'of the least',
      'tool calls',
      'per follower hook',
      'per leader hook',
      'bytes written',
      'waited, s',
    ],
    ...virtualRolls(rolls).map((roll) => [
      roll.juju,
      names[roll.contestant],
      String(roll.units),
      grouped(roll.hooks),
      times(roll.hooks / leastHooks(roll.units, roll.juju)),
      grouped(roll.toolCalls),
      roll.follower.mean.toFixed(1),
      roll.leader.mean.toFixed(1),
      grouped(roll.bytes),
      roll.seconds.toFixed(0),
    ]),
  ];
}

/** Both ways of counting side by side: the calls that a hook makes are the same. */
function driverRows(rolls: readonly RollCount[]): Table {
  const rows = rolls
    .filter(({ driver }) => driver === 'processes')
    .toSorted((a, b) => a.units - b.units || rankOf(a) - rankOf(b))
    .flatMap((real) => {
      const virtual = rolls.find(
        (roll) =>
          roll.driver === 'virtual' &&
          roll.juju === real.juju &&
          roll.units === real.units &&
          roll.contestant === real.contestant,
      );
      return virtual === undefined ? [real] : [real, virtual];
    });
  return [
    ['with', 'units', 'driver', 'hooks', 'tool calls', 'per follower hook', 'per leader hook', 's'],
    ...rows.map((roll) => [
      names[roll.contestant],
      String(roll.units),
      roll.driver,
      grouped(roll.hooks),
      grouped(roll.toolCalls),
      range(roll.follower),
      range(roll.leader),
      roll.seconds.toFixed(1),
    ]),
  ];
}

function range({ least, most }: RollCount['follower']): string {
  return `${least}–${most}`;
}

/** A hook's time beside what it is compared with. */
export interface HookLine {
  readonly situation: Situation;
  readonly program: Program;
  readonly toolCalls: number;
  readonly ms: number;
  /** With Juju's own tools in place of juju-sim's. */
  readonly jujuMs: number;
}

/** The hooks that were timed, by situation. */
export function hookLines(measured: HookTimes): readonly HookLine[] {
  return situations.flatMap((situation) =>
    programs.flatMap((program) => {
      const hook = measured.hooks.find(
        (each) => each.situation === situation && each.program === program,
      );
      if (hook === undefined) return [];
      const { ms, toolCalls } = hook;
      const jujuMs = withToolsOf(JUJU_TOOL_SHARE, hook, measured);
      return [{ situation, program, toolCalls, ms, jujuMs }];
    }),
  );
}

function hookRows(measured: HookTimes): Table {
  const lines = hookLines(measured);
  const { bareNodeMs, barePythonMs } = measured;
  return [
    [
      'hook',
      'of',
      'tool calls',
      'measured',
      "with Juju's own tools",
      'of charmhelpers',
      'of bare Node',
    ],
    ...lines.map(({ situation, program, toolCalls, ms, jujuMs }) => {
      const original = lines.find(
        (line) => line.situation === situation && line.program === 'charmhelpers',
      );
      return [
        situation,
        program,
        String(toolCalls),
        duration(ms),
        duration(jujuMs),
        original === undefined ? '' : times(jujuMs / original.jujuMs),
        times(jujuMs / bareNodeMs),
      ];
    }),
    ['', 'bare Node', '0', duration(bareNodeMs), duration(bareNodeMs), '', times(1)],
    [
      '',
      'bare Python',
      '0',
      duration(barePythonMs),
      duration(barePythonMs),
      '',
      times(barePythonMs / bareNodeMs),
    ],
  ];
}

function simulatorRows(sizes: Results['simulator'], exploring: Results['exploring']): Table {
  return [
    ['units', 'hooks', 'settled', 'hooks a second', 'memory, MB'],
    ...sizes.map(({ units, hooks, settled, hooksPerSecond, megabytes }) => [
      grouped(units),
      grouped(hooks),
      settled ? 'yes' : 'not yet',
      grouped(hooksPerSecond),
      megabytes.toFixed(1),
    ]),
    ...(exploring === undefined
      ? []
      : [
          [
            '2 to 7, Baton and faults',
            grouped(exploring.hooks),
            'yes',
            grouped(exploring.hooksPerSecond),
            '',
          ],
          ['the same, span of median speed', '', '', grouped(exploring.medianPerSecond), ''],
          ['the same, fastest span', '', '', grouped(exploring.fastestPerSecond), ''],
        ]),
  ];
}

function figureRows(figures: readonly Figure[]): Table {
  return [
    ['what', 'time', 'against', 'time', 'ratio', 'limit', ''],
    ...figures.map((each) => [
      each.name,
      duration(each.ms),
      each.against,
      duration(each.againstMs),
      valueOf(each, each.value),
      each.limit === undefined ? '' : valueOf(each, each.limit),
      each.met === undefined ? '' : each.met ? 'met' : 'NOT MET',
    ]),
  ];
}

function duration(ms: number): string {
  return ms < 1 ? `${(1000 * ms).toFixed(1)} µs` : `${ms.toFixed(1)} ms`;
}

function valueOf({ compared }: Figure, value: number): string {
  return compared === 'ratio' ? times(value) : `+${value.toFixed(1)} ms`;
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}
