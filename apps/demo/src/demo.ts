import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Fleet } from './fleet.ts';
import type { DemoOptions } from './options.ts';
import { bundlePrograms } from './programs.ts';
import { factsOf, makeReport, type Facts, type Report } from './report.ts';
import { NEW_VERSION, Roll, type RollOutcome } from './roll.ts';
import type { UnitSettings } from './run-unit.ts';
import { endServers, killRecorded } from './servers.ts';
import type { View } from './view/view.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Says that the demo was told to stop before it was done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** The signal that said so. */
  readonly signal: (typeof SIGNALS)[number];

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }

  /** The signal's number. */
  get signalNumber(): number {
    return constants.signals[this.signal];
  }
}

/**
 * Plays one roll with processes of its own in a folder of its own, and leaves neither behind, whatever
 * happens; only the folder of a roll that did not go well is kept, for its logs.
 *
 * @throws {Interrupted} on SIGINT, SIGTERM and SIGHUP
 * @throws {Error} when the roll could not be played to its end; the message says where the logs are
 */
export async function runDemo(options: DemoOptions, view: View): Promise<Report> {
  const runFolder = mkdtempSync(join(tmpdir(), 'baton-demo-'));
  const interruption = new AbortController();
  const forget = onSignals((signal) => interruption.abort(new Interrupted(signal)));
  let fleet: Fleet | undefined;
  // What is reached only when the orderly end below was not: an error that nobody caught.
  const lastResort = (): void => killRecorded([...(fleet?.folders.values() ?? [])]);
  process.on('exit', lastResort);
  try {
    const { signal } = interruption;
    fleet = await makeFleet(options, { runFolder, view, signal });
    const outcome = await playRoll(options, fleet, { runFolder, view, signal });
    const facts = factsOf(outcome);
    const report = makeReport(options, facts, options.out);
    await drawPicture(options, facts, outcome);
    if (!report.ok) return { ...report, logs: runFolder };
    rmSync(runFolder, { recursive: true, force: true });
    return report;
  } catch (error) {
    if (interruption.signal.aborted) {
      rmSync(runFolder, { recursive: true, force: true });
      throw interruption.signal.reason;
    }
    if (error instanceof Error) error.message += `\nThe logs are in ${runFolder}`;
    throw error;
  } finally {
    process.off('exit', lastResort);
    forget();
  }
}

interface Stage {
  readonly runFolder: string;
  readonly view: View;
  readonly signal: AbortSignal;
}

async function playRoll(
  { kill }: DemoOptions,
  fleet: Fleet,
  { view, signal }: Stage,
): Promise<RollOutcome> {
  try {
    return await new Roll({ fleet, view, kill, signal }).play();
  } finally {
    view.say('ending agents and servers');
    await fleet.stop();
    await endServers([...fleet.folders.values()]);
  }
}

/** Only what the run needs is loaded. */
async function makeFleet(
  { store, policy, juju, units: count }: DemoOptions,
  { runFolder, view, signal }: Stage,
): Promise<Fleet> {
  const application = store === 'juju' ? 'baton-demo' : 'web';
  const units = Array.from({ length: count }, (_, index) => `${application}/${index}`);
  if (store === 'juju') {
    const { JujuFleet } = await import('./juju/juju-fleet.ts');
    return new JujuFleet({ units, runFolder, policy, juju });
  }
  view.say('bundling the agent and the server, as a charm is shipped');
  const programs = await bundlePrograms(runFolder);
  signal.throwIfAborted();
  const settings = units.map((unit): UnitSettings => ({
    unit,
    runFolder,
    policy,
    serverProgram: programs.server,
    guardianPid: process.pid,
  }));
  if (store === 'memory') {
    const { MemoryFleet } = await import('./memory-fleet.ts');
    return new MemoryFleet(settings);
  }
  const { FileFleet } = await import('./file-fleet.ts');
  return new FileFleet(settings, programs.agent);
}

/** The picture is drawn when everything is over, since drawing would hold up the client. */
async function drawPicture(
  options: DemoOptions,
  facts: Facts,
  outcome: RollOutcome,
): Promise<void> {
  const { layOut } = await import('./picture/timeline.ts');
  const { drawTimeline } = await import('./picture/draw-timeline.ts');
  const { answered, retried, failed } = facts.requests;
  const count = `${options.units} ${options.units === 1 ? 'server' : 'servers'}`;
  const timeline = layOut({ ...outcome, samples: outcome.client.samples }, NEW_VERSION, {
    title: `A rolling restart of ${count}, policy ${options.policy}`,
    subtitle:
      `at most ${facts.mostDown} down at once, done in ${(facts.rollMs / 1000).toFixed(1)} s; ` +
      `requests: ${answered} answered, ${retried} of them by a second server, ${failed} failed`,
  });
  writeFileSync(options.out, drawTimeline(timeline));
}

/** Listens as long as it is not told to stop: a second Ctrl-C must not cut the clearing up short. */
function onSignals(callback: (signal: (typeof SIGNALS)[number]) => void): () => void {
  const listeners = SIGNALS.map((signal) => ({ signal, listener: () => callback(signal) }));
  for (const { signal, listener } of listeners) process.on(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
}
