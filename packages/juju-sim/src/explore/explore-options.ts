import type { JujuSeries } from '../model/profile.ts';

/** Which histories are explored. */
export interface ExploreOptions {
  /** The scenario's module, as it was given. */
  readonly scenario: string;
  /** The lines of Juju, one after another. */
  readonly juju: readonly JujuSeries[];
  readonly first: number;
  /** How many seeds of each line. */
  readonly seeds: number;
  readonly units: UnitRange;
  /** How many processes play at once. */
  readonly workers: number;
  /** The longest that one history may take, in ms of the wall's clock. */
  readonly historyMsMax: number;
}

/** How many units there are at the beginning of a history: one of this range. */
export interface UnitRange {
  readonly least: number;
  readonly most: number;
}

/** One history. */
export interface HistoryId {
  readonly juju: JujuSeries;
  readonly seed: number;
}

/** Reads `4` or `2..7`; `undefined` for anything else. */
export function parseUnits(text: string): UnitRange | undefined {
  const [, from = '', to = from] = /^(\d{1,2})(?:\.\.(\d{1,2}))?$/.exec(text) ?? [];
  const range = { least: Number(from), most: Number(to) };
  return range.least >= 1 && range.least <= range.most ? range : undefined;
}

/** A range of units, as `parseUnits` reads it. */
export function unitsText({ least, most }: UnitRange): string {
  return least === most ? String(least) : `${least}..${most}`;
}

/** What npm tells a program that it runs. */
export interface NpmEnvironment {
  readonly npm_lifecycle_event?: string | undefined;
  readonly npm_lifecycle_script?: string | undefined;
}

/** The command that plays one history again, for the shell from which this one was called. */
export function replayCommand(
  { scenario, units }: Pick<ExploreOptions, 'scenario' | 'units'>,
  { juju, seed }: HistoryId,
  { npm_lifecycle_event: event, npm_lifecycle_script: script }: NpmEnvironment,
): string {
  const flags = `--seed ${seed} --juju ${juju} --units ${unitsText(units)}`;
  const inScript = event !== undefined && event !== 'npx' && script?.includes(` ${scenario}`);
  if (inScript === true) return `npm run ${event} -- ${flags}`;
  const path = /^[\w./@+-]+$/.test(scenario) ? scenario : `'${scenario.replaceAll("'", `'\\''`)}'`;
  const npx = event === 'npx' && script?.includes('juju-sim') === true ? 'npx ' : '';
  return `${npx}juju-sim explore ${path} ${flags}`;
}
