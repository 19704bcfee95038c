import type { ToolCall, ToolResult } from '@baton/hook-tools';
import type { HookContext, HookEnd } from '@baton/juju-sim/model';
import {
  APPLICATION,
  Violation,
  type Corruptible,
  type Scenario,
  type ScenarioOptions,
  type Subject,
  type VirtualApplication,
  type VirtualCharm,
} from '@baton/juju-sim/virtual';

import { runHook, type CharmHabits } from './charm.ts';
import { Documents, type Grants, type Sheet } from './documents.ts';
import { checkGrants } from './grant-checks.ts';
import { checkTicket } from './ticket-checks.ts';
import { HookWork } from './hook-work.ts';
import { LOCKS } from './locks.ts';
import { Operations } from './operations.ts';
import { Wants } from './wants.ts';

const KEY = 'baton';

/** The hooks that a charm may do without: the grants show up in others as well. */
const OPTIONAL_HOOKS = ['install', 'start', 'config-changed', 'cluster-relation-joined'];

/** Baton as published, and its witnesses. */
const batonScenario: Scenario = (options) => new BatonSubject(options);
export default batonScenario;

class BatonSubject implements Subject {
  readonly charm: VirtualCharm;
  readonly corruptible: Corruptible;
  readonly #inSettings: boolean;
  /** The hooks for which the charm has no code. */
  readonly #without: ReadonlySet<string>;
  readonly #wants = new Wants();
  readonly #operations = new Operations();
  readonly #documents = new Documents();
  /** The hook that each unit runs. */
  readonly #works = new Map<string, HookWork>();
  /** The units that, in their last hook that succeeded, led to the end and learnt what they asked. */
  readonly #decided = new Set<string>();
  /** The units whose sheet was set aside, and that have run no hook since. */
  readonly #withoutSheet = new Set<string>();
  /** What each unit has published last, whatever was written over it since. */
  readonly #publishedLast = new Map<string, Sheet>();
  #application: VirtualApplication | undefined;
  #restless = false;

  constructor({ juju, random }: ScenarioOptions) {
    const [place, wants, without] = [random(), random(), random()];
    this.#inSettings = juju === '3.6' && place < 0.7;
    this.#without = new Set(without < 0.3 ? OPTIONAL_HOOKS : []);
    const habits: CharmHabits = {
      grants: this.#inSettings ? undefined : 'application-databag',
      wantsPercent: [4, 12, 30][Math.floor(wants * 3)] ?? 12,
      without: this.#without,
    };
    this.corruptible = {
      unitKey: KEY,
      applicationKey: KEY,
      applicationIn: this.#inSettings ? 'leader-settings' : 'application-databag',
    };
    this.charm = (hook) =>
      runHook(hook, this.#workOf(hook.unit), {
        habits,
        wants: this.#wants,
        operations: this.#operations,
        restless: () => this.#restless,
      });
  }

  starts(application: VirtualApplication): void {
    this.#application = application;
  }

  faultsBegin(): void {
    this.#restless = true;
  }

  faultsEnd(): void {
    this.#restless = false;
  }

  began({ unit }: HookContext): void {
    this.#works.set(unit, new HookWork(unit));
  }

  calling({ unit, controller }: HookContext, { tool }: ToolCall): void {
    if (tool === 'leader-set') this.#workOf(unit).grantsBefore = controller.leaderSettings.get(KEY);
  }

  called({ unit, controller }: HookContext, call: ToolCall, result: ToolResult): void {
    const work = this.#workOf(unit);
    const { tool, args } = call;
    if (tool === 'is-leader') work.ledToTheEnd = result.stdout.startsWith('true');
    // It also says that nothing was kept.
    else if (result.exitCode !== 0) work.learntAll &&= tool === 'state-get';
    else if (tool === this.#grantsTool && args.includes('--app') !== this.#inSettings) {
      work.grantsSeen = result.stdout;
    } else if (tool === 'relation-get' && !args.includes('--app')) {
      work.read.set(args.at(-1) ?? '', result.stdout);
    } else if (tool === 'leader-set' && args.length > 0) {
      const after = controller.leaderSettings.get(KEY);
      if (after === work.grantsBefore) throw unchanged(unit, 'the grants');
      this.#grantsChanged(work, work.grantsBefore, after);
      work.grantsSeen = JSON.stringify(after ?? null);
    }
  }

  flushing(context: HookContext): void {
    const { unit, controller } = context;
    const work = this.#workOf(unit);
    const { bag, applicationBag } = context.pendingWrites();
    work.grantsBefore = controller.applicationBag.get(KEY);
    const text = bag?.get(KEY);
    if (text !== undefined) this.#checkSheet(work, controller.unit(unit).bag?.get(KEY), text);
    const grants = applicationBag?.get(KEY);
    if (grants !== undefined && grants === work.grantsBefore) throw unchanged(unit, 'the grants');
  }

  flushed(context: HookContext, end: HookEnd): void {
    const { unit, controller } = context;
    const work = this.#workOf(unit);
    const after = controller.applicationBag.get(KEY);
    const published = this.#published(unit);
    if (published !== undefined) this.#publishedLast.set(unit, published);
    if (end.result === 'done' && !this.#inSettings && after !== work.grantsBefore)
      this.#grantsChanged(work, work.grantsBefore, after);
    // From here on the others can see what it gave up, though its agent has not noted yet that it succeeded.
    if (end.result === 'done' && this.#givesUp(context)) this.#operations.endAll(unit);
  }

  ended(context: HookContext, end: HookEnd): void {
    const { unit, action } = context;
    const work = this.#workOf(unit);
    const done = end.result === 'done';
    const asked = this.#published(unit) ?? this.#stashed(unit);
    for (const lock of work.touched) {
      this.#wants.hookEnded(unit, lock, done, asked?.requests.has(lock) === true);
    }
    this.#works.delete(unit);
    if (!done) return;
    for (const lock of work.waitsFor) {
      const sheets = [this.#published(unit), this.#stashed(unit)];
      if (sheets.some((sheet) => sheet?.requests.has(lock))) continue;
      // Its databag went with it, or was written over.
      if (this.#lifeOf(unit) !== 'alive' || this.#app.corrupted.has(unit)) continue;
      throw new Violation(
        'safety',
        'no request is lost',
        `${unit} waits for ${lock}, and no request of it is left`,
      );
    }
    if (this.#givesUp(context)) this.#withoutSheet.delete(unit);
    if (!work.ledToTheEnd || !work.learntAll) this.#decided.delete(unit);
    // In an action the leader grants itself nothing, so it has not decided all that there is.
    else if (action === undefined) this.#decided.add(unit);
  }

  setAside(whose: string): void {
    // The leader hears nothing of it.
    this.#decided.clear();
    if (whose === APPLICATION) {
      this.#operations.forget();
      return;
    }
    this.#withoutSheet.add(whose);
    for (const lock of LOCKS) this.#wants.forget(whose, lock);
  }

  gone(unit: string): void {
    this.#works.delete(unit);
    this.#operations.endAll(unit);
    this.#wants.unitGone(unit);
    this.#publishedLast.delete(unit);
    this.#withoutSheet.delete(unit);
  }

  unserved(): readonly string[] {
    const lines: string[] = [];
    for (const { unit, lock } of this.#wants.unserved())
      lines.push(`${unit} has asked for ${lock} and does not get it`);
    for (const [lock, units] of this.#grants())
      for (const [unit, ticket] of units)
        if (this.#lifeOf(unit) !== 'dead' && this.#isNeitherOpenNorGivenBack(unit, lock, ticket))
          lines.push(`${lock} stays granted to ${unit}, which has not asked for it`);
    for (const { unit } of this.#app.units)
      for (const lock of this.#published(unit)?.requests.keys() ?? [])
        lines.push(`${unit} has an open request for ${lock}`);
    return lines;
  }

  excuse(): string | undefined {
    for (const units of this.#grants().values())
      for (const unit of units.keys())
        if (this.#lifeOf(unit) === 'dead') return `${unit}, which holds a lock, was removed`;
    const [unit] = this.#withoutSheet;
    if (unit !== undefined) return `the sheet of ${unit} was set aside`;
    const leader = this.#app.model.controller.leases.holder;
    if (leader === undefined || !this.#decided.has(leader))
      return 'the leader has run no hook since it leads again, or could not learn what it asked';
    return undefined;
  }

  get #grantsTool(): string {
    return this.#inSettings ? 'leader-get' : 'relation-get';
  }

  get #app(): VirtualApplication {
    if (this.#application === undefined) throw new TypeError('there is no application yet');
    return this.#application;
  }

  /** An action gives up nothing that a failed hook has left, nor does a hook for which the charm has no code. */
  #givesUp({ action, hook }: HookContext): boolean {
    return action === undefined && !this.#without.has(hook?.name ?? '');
  }

  #workOf(unit: string): HookWork {
    const work = this.#works.get(unit);
    if (work === undefined) throw new TypeError(`${unit} runs no hook`);
    return work;
  }

  /** What a unit has published; `undefined` for nothing, and for what cannot be read. */
  #published(unit: string): Sheet | undefined {
    const bag = this.#app.model.controller.units.get(unit)?.bag;
    return this.#documents.sheet(bag?.get(KEY));
  }

  /** What a unit keeps until it can publish. */
  #stashed(unit: string): Sheet | undefined {
    return this.#documents.sheet(this.#app.model.controller.units.get(unit)?.state.get(KEY));
  }

  #grants(): Grants {
    const { leaderSettings, applicationBag } = this.#app.model.controller;
    return this.#documents.grants((this.#inSettings ? leaderSettings : applicationBag).get(KEY));
  }

  /** A grant that nobody works under and nobody gives back would block the lock for ever. */
  #isNeitherOpenNorGivenBack(unit: string, lock: string, ticket: number): boolean {
    const sheet = this.#published(unit);
    return sheet === undefined || (!sheet.requests.has(lock) && sheet.lastTicket < ticket);
  }

  #lifeOf(unit: string): 'alive' | 'dying' | 'dead' {
    return this.#app.model.controller.units.get(unit)?.life ?? 'dead';
  }

  #grantsChanged(work: HookWork, before: string | undefined, after: string | undefined): void {
    if (after !== undefined) this.#documents.requireGrants(after);
    const read = new Map<string, Sheet>();
    for (const [unit, printed] of work.read) {
      const sheet = this.#documents.sheet(valueIn(printed));
      if (sheet !== undefined) read.set(unit, sheet);
    }
    checkGrants({
      by: work.unit,
      // What was written over since the leader read it is no news to the leader.
      before:
        this.#documents.readableGrants(before) ?? this.#documents.grants(valueIn(work.grantsSeen)),
      after: this.#documents.grants(after),
      lifeOf: (unit) => this.#lifeOf(unit),
      published: (unit) => this.#publishedLast.get(unit),
      read,
    });
  }

  /** What a hook publishes of its own: it can be read, it is new, and no turn is given away unused. */
  #checkSheet(work: HookWork, before: string | undefined, after: string): void {
    const { unit, completed, cancelled } = work;
    if (before === after) throw unchanged(unit, 'its sheet');
    this.#documents.requireSheet(unit, after);
    const sheet = this.#documents.sheet(before);
    const requests = this.#documents.sheet(after)?.requests;
    const mostMicros = Math.max(...[...work.asked.values()].map(({ nowMicros }) => nowMicros));
    for (const [lock, { seen, nowMicros }] of work.asked) {
      const ticket = requests?.get(lock);
      if (ticket === undefined || ticket === sheet?.requests.get(lock)) continue;
      checkTicket({
        unit,
        lock,
        ticket,
        lastTicket: sheet?.lastTicket,
        nowMicros,
        mostMicros,
        seen: this.#documents.grants(valueIn(seen)),
        seenSince: this.#documents.grants(valueIn(work.grantsSeen)),
      });
    }
    for (const lock of sheet?.requests.keys() ?? []) {
      if (requests?.has(lock) || completed.has(lock) || cancelled.has(lock)) continue;
      throw new Violation(
        'safety',
        'no turn is given away unused',
        `${unit} takes back its request for ${lock}, and has neither worked nor given up`,
      );
    }
  }
}

function unchanged(unit: string, what: string): Violation {
  return new Violation(
    'safety',
    'nothing is written that did not change',
    `${unit} writes ${what} as it was`,
  );
}

/** The document that `relation-get` or `leader-get` printed. */
function valueIn(printed: string): string | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tools print the text of a key, or null
  return (JSON.parse(printed || 'null') as string | null) ?? undefined;
}
