import type { ToolCall, ToolResult } from '@baton/hook-tools';
import type { Bag, HookContext, HookEnd, JujuSeries } from '@baton/juju-sim/model';
import type { TraceEvent, VirtualObserver } from '@baton/juju-sim/virtual';

import { Documents, type Grants } from '../../baton/documents.ts';
import type { Operations } from '../../baton/operations.ts';
import { HookTale } from './hook-tale.ts';
import { pageText, type StoryLine, type StoryPart } from './page-text.ts';
import { TicketNumbers } from './ticket-numbers.ts';

const KEY = 'baton';
const WAKE = 'baton-wake';

/** A leader that asks again after so long has slept, or was held up. */
const LONG_AFTER_MS = 25_000;

/** What the driver says that the tale of a hook says in better words, or that nobody needs. */
const UNTOLD =
  /^(begins|is flushed|is not flushed|is dropped|is recorded|is gone|fails$|hears of )/;

/** Hears what happens in a virtual application, and tells it as a reader wants it. */
export class Story implements VirtualObserver {
  readonly #inSettings: boolean;
  readonly #operations: Operations;
  readonly #documents = new Documents();
  readonly #numbers = new TicketNumbers();
  readonly #tales = new Map<string, HookTale>();
  readonly #parts: (StoryPart | HookTale)[] = [];
  /** The line of each tale's line, so that what was only read may be left out when the hook is over. */
  readonly #taleOf = new Map<StoryLine, HookTale>();
  /** The units that run a hook a second time: what they read of themselves matters then. */
  readonly #repeats = new Set<string>();
  /** Who was alive when a reader was told last. */
  #alive = '';
  #beganAt: number | undefined;
  #now: () => number = () => 0;
  /** What the driver is about to say of a hook tool, which is told already. */
  #toldOfTool = '';

  constructor(juju: JujuSeries, operations: Operations) {
    this.#inSettings = juju === '3.6';
    this.#operations = operations;
  }

  /** From now on everything is told. */
  opens(now: () => number, alive: readonly string[]): void {
    this.#now = now;
    this.#beganAt = now();
    this.#alive = alive.join(', ');
  }

  /** The history so far. */
  get text(): string {
    const parts: StoryPart[] = [];
    for (const part of this.#parts) {
      if (part instanceof HookTale) {
        if (!part.eventful) parts.push({ quiet: part.unit });
      } else if (!('text' in part) || this.#taleOf.get(part)?.eventful !== false) parts.push(part);
    }
    return pageText(parts);
  }

  /** Adds what happens outside, in the author's words. */
  remark(remark: string): void {
    this.#parts.push({ remark });
  }

  /** Adds what happens in the hook of a unit, and makes the hook worth telling unless it is `quiet`. */
  says(unit: string, text: string, weight: 'quiet' | 'eventful' = 'eventful'): void {
    this.#tell(unit, text, weight === 'eventful');
  }

  /** Hears what the driver says beside the calls of hook tools. */
  hears({ unit, hook, text }: TraceEvent): void {
    const isTool = this.#toldOfTool !== '' && text.startsWith(this.#toldOfTool);
    this.#toldOfTool = '';
    if (isTool || UNTOLD.test(text)) return;
    const shown = text.replace(/\b(\d+)000 ms/, '$1 s');
    if (hook === '') this.#add({ unit, hook, text: shown });
    else this.#tell(unit, shown, true);
  }

  began({ unit, hook, action }: HookContext): void {
    const tale = new HookTale(unit, hook?.name ?? `action ${action?.name ?? ''}`);
    this.#tales.set(unit, tale);
  }

  calling(context: HookContext, { tool, args }: ToolCall): void {
    if (tool === 'leader-set' && args.length === 0)
      this.#tell(context.unit, 'drops what it has read of the grants', true);
  }

  called(context: HookContext, call: ToolCall, result: ToolResult): void {
    this.#toldOfTool = call.tool;
    const { unit } = context;
    // There is no stash: the tool says so by failing.
    if (call.tool === 'state-get') return;
    if (result.exitCode !== 0)
      this.#tell(unit, `${call.tool} fails: ${result.stderr.trim()}`, true);
    else if (call.tool === 'is-leader') this.#askedWhetherItLeads(unit, result.stdout);
    else if (call.tool === 'goal-state') this.#learnt(context);
    else if (call.tool === 'leader-get') this.#readGrants(context, context.leadership.settings());
    else if (call.tool === 'leader-set' && call.args.length > 0)
      this.#tell(
        unit,
        `writes the grants, at once: ${this.#grantsIn(context.controller.leaderSettings)}`,
        true,
      );
    else if (call.tool === 'relation-get') this.#readBag(context, call);
  }

  flushed(context: HookContext, end: HookEnd): void {
    const { unit } = context;
    const written = this.#writtenBy(context);
    if (end.result === 'done') {
      for (const line of written) this.#tell(unit, `publishes ${line}`, true);
      return;
    }
    const why = end.result === 'failed' ? `fails: ${end.why}` : 'was killed';
    this.#tell(unit, `${why}; nothing of the hook is published`, true);
    for (const line of written) this.#tell(unit, `not published: ${line}`, true);
  }

  ended({ unit, action }: HookContext, end: HookEnd): void {
    const tale = this.#tales.get(unit);
    this.#tales.delete(unit);
    if (tale !== undefined && this.#beganAt !== undefined) this.#parts.push(tale);
    if (end.result === 'done') this.#repeats.delete(unit);
    else this.#repeats.add(unit);
    if (end.result === 'done' && action === undefined) this.#operations.endAll(unit);
  }

  gone(unit: string): void {
    this.#tales.delete(unit);
    this.#operations.endAll(unit);
  }

  /** Whether a unit has published that it gave back what it was granted under that ticket. */
  hasGivenBack(
    { controller }: Pick<HookContext, 'controller'>,
    unit: string,
    lock: string,
    ticket: number,
  ): boolean {
    const sheet = this.#documents.sheet(controller.units.get(unit)?.bag?.get(KEY));
    return sheet !== undefined && sheet.lastTicket >= ticket && sheet.requests.get(lock) !== ticket;
  }

  /** The grants that everybody can see. */
  grantsOf({ controller }: Pick<HookContext, 'controller'>): Grants {
    const { leaderSettings, applicationBag } = controller;
    return this.#documents.grants((this.#inSettings ? leaderSettings : applicationBag).get(KEY));
  }

  #askedWhetherItLeads(unit: string, stdout: string): void {
    const tale = this.#tales.get(unit);
    if (tale === undefined) return;
    const answer = stdout.startsWith('true');
    const atMs = this.#now();
    const before = tale.leads;
    tale.leads = { answer, atMs };
    if (before === undefined) {
      if (answer) this.#tell(unit, 'leads');
    } else if (before.answer !== answer || atMs - before.atMs > LONG_AFTER_MS)
      this.#tell(unit, `asks again whether it leads: ${answer ? 'yes' : 'no'}`, true);
  }

  #readBag(context: HookContext, { args }: ToolCall): void {
    const whose = args.at(-1) ?? '';
    if (args.includes('--app')) {
      if (!this.#inSettings) this.#readGrants(context, context.applicationBag());
      return;
    }
    const sheet = this.#documents.sheet(context.bagOf(whose).get(KEY));
    const { unit } = context;
    const read = `${whose} ${this.#numbers.sheet(whose, sheet)}`;
    const tale = this.#tales.get(unit);
    if (whose === unit) {
      if (this.#repeats.has(unit))
        this.#tell(unit, `reads its own sheet: ${this.#numbers.sheet(unit, sheet)}`);
    } else if (tale?.sheets === undefined) {
      const line = this.#tell(unit, `reads the sheets: ${read}`);
      if (tale !== undefined) tale.sheets = line;
    } else tale.sheets.text += `; ${read}`;
  }

  #readGrants({ unit }: HookContext, bag: Bag): void {
    this.#tell(unit, `reads the grants: ${this.#grantsIn(bag)}`);
  }

  /** Who is alive is worth a line where it is news. */
  #learnt(context: HookContext): void {
    const alive = living(context);
    if (alive === this.#alive) return;
    this.#alive = alive;
    this.#tell(context.unit, `learns who is alive: ${alive}`);
  }

  #grantsIn(bag: Bag): string {
    return this.#numbers.grants(this.#documents.grants(bag.get(KEY)));
  }

  /** What waits for the end of a hook, a line each. */
  #writtenBy(context: HookContext): string[] {
    const { bag, applicationBag, state } = context.pendingWrites();
    const lines: string[] = [];
    const sheet = bag?.get(KEY);
    if (sheet !== undefined) lines.push(`its sheet: ${this.#sheetIn(context.unit, sheet)}`);
    if (applicationBag?.has(KEY)) lines.push(`the grants: ${this.#grantsIn(applicationBag)}`);
    if (applicationBag?.has(WAKE)) lines.push('a new wake key');
    if (state !== undefined) {
      const stash = state.get(KEY);
      const said = stash === undefined ? 'nothing' : this.#sheetIn(context.unit, stash);
      lines.push(`to its stash: ${said}`);
    }
    return lines;
  }

  #sheetIn(unit: string, text: string): string {
    return this.#numbers.sheet(unit, this.#documents.sheet(text));
  }

  #tell(unit: string, text: string, eventful = false): StoryLine | undefined {
    const tale = this.#tales.get(unit);
    if (tale === undefined) return undefined;
    if (eventful) tale.eventful = true;
    const line = this.#add({ unit, hook: tale.hook, text });
    if (line !== undefined) this.#taleOf.set(line, tale);
    return line;
  }

  #add(line: Omit<StoryLine, 'atMs'>): StoryLine | undefined {
    if (this.#beganAt === undefined) return undefined;
    const whole = { ...line, atMs: this.#now() - this.#beganAt };
    this.#parts.push(whole);
    return whole;
  }
}

function living({ controller }: HookContext): string {
  return controller
    .living()
    .map(({ name, life }) => (life === 'alive' ? name : `${name} (${life})`))
    .join(', ');
}
