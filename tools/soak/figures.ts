import type { Size } from './growth.ts';
import { describeSoak } from './table.ts';

/** How the killed processes were found. */
interface Kills {
  readonly all: number;
  /** Led when they were killed. */
  readonly leaders: number;
  /** Held the lock. */
  readonly holders: number;
  /** Were inside the operation. */
  readonly inside: number;
}

/** What a soak has shown. */
export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly kills: Kills;
  /** Requests that were served a second time, because their unit was killed before it could say that it was served. */
  readonly repeated: number;
  /** Hooks that failed with an error that passes, and were run again. */
  readonly retriedHooks: number;
  /** How often each unit was served. */
  readonly servedByUnit: Readonly<Record<string, number>>;
  /** The directory of the locks, after the first 100 rounds and at the end. */
  readonly sizeEarly: Size | undefined;
  readonly sizeAtEnd: Size;
  readonly sizeMax: Size;
  readonly temporaryFiles: number;
  /** What must not happen, in sentences; empty where all is well. */
  readonly violations: readonly string[];
}

/** The figures as a table for people. */
export function describeFigures(figures: Figures): string {
  const { kills, sizeEarly, sizeAtEnd, sizeMax, violations } = figures;
  const served = Object.values(figures.servedByUnit);
  const rows: [string, string][] = [
    ['rounds', `${figures.rounds} in ${figures.seconds.toFixed(1)} s`],
    ['served by unit', `${Math.min(...served)} to ${Math.max(...served)}`],
    [
      'killed',
      `${kills.all}: ${kills.leaders} leaders, ${kills.holders} holders, ${kills.inside} inside the operation`,
    ],
    ['served again after a kill', String(figures.repeated)],
    ['hooks run again', String(figures.retriedHooks)],
    [
      'directory after 100 rounds',
      sizeEarly === undefined ? 'not reached' : describeSize(sizeEarly),
    ],
    ['directory at the end', `${describeSize(sizeAtEnd)} (at most ${describeSize(sizeMax)})`],
    ['temporary files left', String(figures.temporaryFiles)],
  ];
  return describeSoak(rows, violations);
}

function describeSize({ files, bytes }: Size): string {
  return `${files} files, ${bytes} bytes`;
}
