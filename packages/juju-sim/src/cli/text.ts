import type { LogEntry } from '../model/log.ts';
import type { ApplicationStatus } from '../status.ts';

/** A line of the log, in the form of `juju debug-log`. */
export function logLine({ at, unit, level, logger, message }: LogEntry): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `unit-${unit.replace('/', '-')}: ${time} ${level} ${logger} ${message}`;
}

/** Whether a line of the log is shown where nobody asked for all of it. */
export function isShown({ level }: LogEntry): boolean {
  return level !== 'DEBUG' && level !== 'TRACE';
}

/** The status as a table for people, in the form of `juju status`. */
export function statusText(status: ApplicationStatus): string {
  const rows = status.units.map(({ unit, leader, workload, agent, hook, life, message }) => [
    `${unit}${leader ? '*' : ''}`,
    workload,
    hook === undefined ? agent : `${agent} (${hook})`,
    life === 'alive' ? '' : life,
    message,
  ]);
  const { application, juju, hooks, toolCalls } = status;
  const settled = status.settled ? 'settled' : 'running';
  const own = status.message === '' ? '' : ` ${status.status}: ${status.message}`;
  return [
    `${application} on Juju ${juju}, ${settled}, ${counts({ hooks, toolCalls })}${own}`,
    ...table([['Unit', 'Workload', 'Agent', '', 'Message'], ...rows]),
  ].join('\n');
}

/** How much was run. */
export function counts(counters: { readonly hooks: number; readonly toolCalls: number }): string {
  return `${counters.hooks} hooks, ${counters.toolCalls} tool calls`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (widths[column] === 0 ? '' : `${cell.padEnd(widths[column] ?? 0)}  `))
      .join('')
      .trimEnd(),
  );
}
