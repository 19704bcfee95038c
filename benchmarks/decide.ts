import {
  EMPTY_REQUEST_SHEET,
  limit,
  parseLockName,
  parseTicket,
  parseUnitName,
  serial,
  type Policy,
  type SheetReading,
  type UnitName,
  type UnitState,
} from '@baton/coordinator';

// Not exported by the package: a benchmark may look inside.
import { decide, type LeaderView } from '../packages/coordinator/src/protocol/decide.ts';
import { figure, type Figure } from './figure.ts';
import { medians } from './measure.ts';

const FEW = 1_000;
const MANY = 10_000;
const ROUNDS = 31;
const WARM_UP_ROUNDS = 5;

/** How deciding grows with the number of units that wait: ten times as many may take twenty times as long. */
export async function decideFigures(): Promise<readonly Figure[]> {
  const policies: readonly (readonly [string, Policy])[] = [
    ['serial()', serial()],
    ["limit('25%')", limit('25%')],
  ];
  const [few, many] = [crowd(FEW), crowd(MANY)];
  const figures: Figure[] = [];
  for (const [name, policy] of policies) {
    // As many units on both sides, so that a machine that does other things too disturbs both alike.
    const times = MANY / FEW;
    const acts = [
      (): void => {
        for (let time = 0; time < times; time += 1) decide(few, () => policy);
      },
      (): void => {
        decide(many, () => policy);
      },
    ];
    await medians(WARM_UP_ROUNDS, acts);
    const [allFewMs = Number.NaN, manyMs = Number.NaN] = await medians(ROUNDS, acts);
    figures.push(
      figure({
        name: `decide, ${MANY} waiting units, ${name}`,
        ms: manyMs,
        against: `${FEW} waiting units`,
        againstMs: allFewMs / times,
        compared: 'ratio',
        limit: 20,
      }),
    );
  }
  return figures;
}

/** What a leader sees of an application in which every unit waits, in an order that is not that of its names. */
function crowd(waiting: number): LeaderView {
  const lock = parseLockName('restart');
  const sheets = new Map<UnitName, SheetReading>();
  const liveUnits = new Map<UnitName, UnitState>();
  for (let number = 0; number < waiting; number += 1) {
    const unit = parseUnitName(`db/${number}`);
    const ticket = parseTicket(1 + ((number * 7919) % waiting));
    const requests = new Map([[lock, ticket]]);
    sheets.set(unit, {
      state: 'present',
      sheet: { ...EMPTY_REQUEST_SHEET, lastTicket: ticket, requests },
    });
    liveUnits.set(unit, 'alive');
  }
  return {
    unit: parseUnitName('db/0'),
    grants: new Map(),
    sheets,
    liveUnits,
    orphans: new Map(),
    mayGrantSelf: true,
    now: 1_767_225_600_000_000,
  };
}
