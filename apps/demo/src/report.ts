import type { ClientCounters } from './client.ts';
import type { DemoOptions } from './options.ts';
import { allowedAtOnce } from './policy-choice.ts';
import { NEW_VERSION, type RollOutcome } from './roll.ts';
import { testify } from './witness.ts';

/** The result of a roll, as `--json` prints it. */
export interface Report {
  /** Whether the roll went as it should. */
  readonly ok: boolean;
  /** What went wrong, a sentence each. */
  readonly problems: readonly string[];
  readonly store: string;
  /** Which Juju was simulated, where the store is `juju`. */
  readonly juju?: string;
  readonly policy: string;
  readonly units: number;
  /** Whose agent was killed and started again. */
  readonly killed?: { readonly role: string; readonly unit: string };
  /** How many units came to serve the new version. */
  readonly restarted: number;
  /** These units, in the order in which they did. */
  readonly order: readonly string[];
  /** Units that were restarted more than once, and how often: a killed agent may do its work again. */
  readonly repeated: Readonly<Record<string, number>>;
  /** The most servers that were out of service at once, by their own records. */
  readonly mostDown: number;
  /** How many the policy allows. */
  readonly allowedDown: number;
  readonly requests: ClientCounters;
  /** From the change of the configuration until every unit was done, in milliseconds. */
  readonly rollMs: number;
  /** Where the picture is. */
  readonly timeline: string;
  /** Where the logs are; absent where all went well, since they are removed then. */
  readonly logs?: string;
}

/** What the verdict rests on besides the options. */
export interface Facts extends Pick<
  Report,
  'order' | 'repeated' | 'mostDown' | 'requests' | 'rollMs'
> {
  /** Whose agent was killed. */
  readonly victim: string | undefined;
  /** Every unit there is. */
  readonly units: readonly string[];
}

/** Reads the facts off a roll: from the servers' own records and the client's, not from the lock. */
export function factsOf(outcome: RollOutcome): Facts {
  const { order, restarts, mostDown } = testify(outcome.records, NEW_VERSION);
  return {
    order,
    repeated: Object.fromEntries([...restarts].filter(([, times]) => times > 1)),
    mostDown,
    requests: outcome.client.counters,
    rollMs: outcome.settledAt - outcome.changedAt,
    victim: outcome.victim,
    units: [...outcome.records.keys()],
  };
}

/** Judges a roll by its facts. */
export function makeReport(options: DemoOptions, facts: Facts, timeline: string): Report {
  const { units, victim, ...rest } = facts;
  const allowedDown = allowedAtOnce(options.policy, options.units);
  const problems = problemsOf(options, facts, allowedDown);
  return {
    ok: problems.length === 0,
    problems,
    store: options.store,
    ...(options.store === 'juju' ? { juju: options.juju } : {}),
    policy: options.policy,
    units: units.length,
    ...(options.kill === undefined || victim === undefined
      ? {}
      : { killed: { role: options.kill, unit: victim } }),
    restarted: facts.order.length,
    ...rest,
    allowedDown,
    timeline,
  };
}

function problemsOf(options: DemoOptions, facts: Facts, allowedDown: number): string[] {
  const { mostDown, requests, order, victim } = facts;
  const problems: string[] = [];
  if (mostDown > allowedDown) {
    problems.push(`${mostDown} servers were down at once; ${options.policy} allows ${allowedDown}`);
  }
  if (requests.failed > 0) problems.push(`${requests.failed} requests failed`);
  if (requests.answered === 0) problems.push('no request was answered');
  const left = facts.units.filter((unit) => !order.includes(unit));
  if (left.length > 0) problems.push(`never restarted: ${left.join(', ')}`);
  if (options.kill !== undefined && victim === undefined) {
    problems.push(`the ${options.kill} was to be killed, and there was no occasion for it`);
  }
  return problems;
}

/** Says the result in a few lines. */
export function describeReport(report: Report): string {
  const { requests, repeated, killed } = report;
  const lines = [
    ['restarted', `${report.restarted} of ${report.units}: ${report.order.join(', ')}`],
    ['down at once', `${report.mostDown} at most (${report.policy} allows ${report.allowedDown})`],
    [
      'requests',
      `${requests.answered} answered, ${requests.retried} retried, ${requests.failed} failed`,
    ],
    ['duration', `${(report.rollMs / 1000).toFixed(1)} s`],
  ];
  if (killed !== undefined) {
    lines.push(['killed', `the agent of ${killed.unit}, the ${killed.role}, and started it again`]);
  }
  for (const [unit, times] of Object.entries(repeated)) {
    lines.push([
      'repeated',
      `${unit} was restarted ${times} times: its agent was killed meanwhile`,
    ]);
  }
  lines.push(['timeline', report.timeline]);
  if (report.logs !== undefined) lines.push(['logs', report.logs]);
  const text = lines.map(([name = '', value = '']) => `  ${name.padEnd(14)}${value}\n`).join('');
  const verdict = report.ok
    ? 'Every unit was restarted, and no client noticed.\n'
    : report.problems.map((problem) => `FAILED: ${problem}\n`).join('');
  return `\n${text}\n${verdict}`;
}
