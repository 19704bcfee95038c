import { describeSoak } from '../soak/table.ts';

/** What was done to the application, each as often as it took effect. */
export interface FaultCounts {
  /** Hooks whose process was killed, wherever it was. */
  hooksKilled: number;
  /** Hooks whose process was killed inside the restart. */
  insideKilled: number;
  serversKilled: number;
  /** Agents that were stopped, the hook that ran killed with them, and started again later. */
  agentsStopped: number;
  /** Agents that were stopped while their unit led. */
  leadersStopped: number;
  /** Leaders that were made. */
  elected: number;
  /** Leaders that were inside the restart when another one was elected. */
  deposedInside: number;
  unitsAdded: number;
  unitsRemoved: number;
  unitsRemovedByForce: number;
}

/** What a soak has shown. */
export interface JujuFigures {
  readonly seed: number;
  readonly juju: string;
  /** All of it, from the first unit to the last process. */
  readonly seconds: number;
  /** Hooks and actions that began. */
  readonly hooks: number;
  readonly toolCalls: number;
  /** Hooks that exited with another code than 0, and were run again. */
  readonly hooksFailed: number;
  /** Restarts that came to their end. */
  readonly restarts: number;
  /** The configuration at the end, of which each change asked every unit to restart. */
  readonly version: number;
  readonly faults: FaultCounts;
  /** How often somebody else led than before. */
  readonly leaderMoves: number;
  /** The units at the end. */
  readonly units: number;
  readonly longestWaitSeconds: number;
  /** From the last fault until everyone was served. */
  readonly servedAfterSeconds: number;
  /** What must not happen, in sentences; empty where all is well. */
  readonly violations: readonly string[];
}

/** The figures as a table for people. */
export function describeFigures(figures: JujuFigures): string {
  const { faults, violations } = figures;
  return describeSoak(
    [
      ['hooks', `${figures.hooks} in ${figures.seconds.toFixed(1)} s on Juju ${figures.juju}`],
      ['hooks that failed', String(figures.hooksFailed)],
      ['tool calls', String(figures.toolCalls)],
      ['restarts', `${figures.restarts}, of ${figures.version} versions`],
      ['hooks killed', `${faults.hooksKilled}, and ${faults.insideKilled} inside the restart`],
      ['servers killed', String(faults.serversKilled)],
      ['agents stopped', `${faults.agentsStopped}, and ${faults.leadersStopped} of leaders`],
      [
        'leader moves',
        `${figures.leaderMoves}, ${faults.elected} of them by election, ` +
          `${faults.deposedInside} while the leader was inside`,
      ],
      [
        'units',
        `${figures.units} at the end; ${faults.unitsAdded} added, ${faults.unitsRemoved} removed, ` +
          `${faults.unitsRemovedByForce} removed by force`,
      ],
      ['longest wait', `${figures.longestWaitSeconds.toFixed(1)} s`],
      ['everyone served', `${figures.servedAfterSeconds.toFixed(1)} s after the last fault`],
    ],
    violations,
  );
}
