import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import colors from 'picocolors';

import type { Snapshot, UnitSnapshot } from '../snapshot.ts';
import type { View } from './view.ts';

const SAID_LINES = 4;
const BAR_WIDTH = 20;
/** Drawing costs time that the client's calls would miss. */
const REDRAW_EVERY_MS = 150;
/** The columns' widths without their borders; `why` gets what the terminal has left. */
const WIDTHS = { unit: 8, leader: 8, state: 14, place: 7, version: 9, since: 8 };
const BORDERS = 8;
const WHY_WIDTH_MIN = 10;
const WHY_WIDTH_MAX = 40;

const STATE_COLORS: Record<UnitSnapshot['state'], (text: string) => string> = {
  starting: colors.dim,
  serving: colors.green,
  waiting: colors.yellow,
  restarting: colors.red,
  'agent killed': colors.magenta,
};

/** A table that is drawn anew in place: for terminals. */
export class LiveTable implements View {
  readonly #stream: NodeJS.WriteStream;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  readonly #began = performance.now();
  readonly #said: string[] = [];
  #last: Snapshot | undefined;
  #drawnAt = -Infinity;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#draw = createLogUpdate(stream);
  }

  show(snapshot: Snapshot): void {
    this.#last = snapshot;
    if (performance.now() - this.#drawnAt >= REDRAW_EVERY_MS) this.#redraw();
  }

  say(line: string): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    this.#said.push(`${colors.dim(`${seconds}s`.padStart(6))}  ${line}`);
    this.#redraw();
  }

  end(): void {
    this.#redraw();
    this.#draw.done();
  }

  #redraw(): void {
    this.#drawnAt = performance.now();
    const said = this.#said.slice(-SAID_LINES).join('\n');
    if (this.#last === undefined) this.#draw(said);
    else this.#draw(`${renderSnapshot(this.#last, this.#stream.columns || 80)}\n\n${said}`);
  }
}

/** Draws a snapshot as a table of at most so many columns, with the progress and the client's counters below it. */
export function renderSnapshot(snapshot: Snapshot, columns: number): string {
  const { unit, leader, state, place, version, since } = WIDTHS;
  const rest = unit + leader + state + place + version + since + BORDERS;
  const why = Math.min(WHY_WIDTH_MAX, Math.max(WHY_WIDTH_MIN, columns - rest));
  const table = new Table({
    head: ['unit', 'leader', 'state', 'place', 'why', 'version', 'for'],
    colWidths: [unit, leader, state, place, why, version, since],
    style: { head: ['bold'], border: ['dim'] },
    // No lines between the rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const each of snapshot.units) table.push(row(each, snapshot));
  return `${table.toString()}\n${progress(snapshot)}\n ${counters(snapshot)}`;
}

function row(unit: UnitSnapshot, { at, wanted }: Snapshot): string[] {
  const { version, since } = unit;
  const isNew = version === wanted;
  return [
    colors.bold(unit.unit),
    unit.leader ? colors.cyan('  *') : '',
    STATE_COLORS[unit.state](unit.state),
    unit.place === undefined ? '' : String(unit.place),
    unit.holder ? 'has the lock' : (unit.why ?? ''),
    version === undefined ? colors.red('down') : isNew ? colors.green(`${version}`) : `${version}`,
    since === undefined ? '' : `${(Math.max(0, at - since) / 1000).toFixed(1)} s`,
  ];
}

function progress({ units, wanted }: Snapshot): string {
  const done = units.filter(({ version }) => version === wanted).length;
  const filled = Math.round((done / units.length) * BAR_WIDTH);
  const bar = colors.green('█'.repeat(filled)) + colors.dim('░'.repeat(BAR_WIDTH - filled));
  return ` ${bar} ${done}/${units.length} serve version ${wanted}`;
}

function counters({ client }: Snapshot): string {
  const failed = `${client.failed} failed`;
  return [
    `requests: ${client.answered} answered`,
    `${client.retried} retried`,
    client.failed > 0 ? colors.red(failed) : failed,
  ].join(', ');
}
