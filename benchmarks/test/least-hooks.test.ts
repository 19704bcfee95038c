import { seededRandom, type HookContext, type JujuSeries } from '@baton/juju-sim/model';
import { describe, expect, test } from 'vitest';

import { hooksOneByOne, leastHooks } from '../roll/least-hooks.ts';
import { makeModel } from '../roll/model.ts';

type Act = (hook: HookContext) => void;

const nothing: Act = () => undefined;

/** Units of a charm that does what a test says; each hears only what it is to hear. */
function application(juju: JujuSeries, units: number) {
  const model = makeModel({ juju, units, random: seededRandom(1) });
  const ran = { hooks: 0 };
  const run = (
    unit: string,
    topic?: Parameters<typeof model.deliver>[1],
    act = nothing,
  ): boolean => {
    model.deliver(unit, topic);
    if (model.nextOperation(unit).kind !== 'hook') return false;
    const hook = model.begin(unit);
    act(hook);
    expect(model.finish(hook, { kind: 'exited', code: 0 })).toEqual({ result: 'done' });
    ran.hooks += 1;
    return true;
  };
  const names = model.controller.living().map(({ name }) => name);
  const settle = (): void => {
    while (names.some((unit) => run(unit)));
  };
  settle();
  ran.hooks = 0;
  model.controller.setConfig(new Map([['version', 1]]));
  const leader = model.controller.leases.holder ?? '';
  return { ran, model, run, settle, leader, others: names.filter((name) => name !== leader) };
}

function write(what: string): Act {
  return (hook) => hook.setOwnBag(new Map([['sheet', `${hook.unit} ${what}`]]));
}

function grant(juju: JujuSeries, to: string | undefined): Act {
  if (to === undefined) return nothing;
  const grants = new Map([['grants', to]]);
  return juju === '4.0'
    ? (hook) => hook.setApplicationBag(grants)
    : (hook) => hook.leadership.mergeSettings(grants);
}

const grantTopic = { '3.6': 'leader-settings', '4.0': 'application-bag' } as const;

describe.each(['3.6', '4.0'] as const)('on %s', (juju) => {
  test.each([2, 3, 5, 9])(
    'the least are those of %i units that hear of nothing before they have to',
    (units) => {
      const { ran, run, settle, leader, others } = application(juju, units);
      run(leader, 'config');
      for (const unit of others) run(unit, 'config', write('asks'));
      for (const unit of others)
        run(leader, `peer ${unit}`, unit === others.at(-1) ? grant(juju, others[0]) : nothing);
      for (const [index, unit] of others.entries()) {
        run(unit, grantTopic[juju], write('gives back'));
        run(leader, `peer ${unit}`, grant(juju, others[index + 1]));
      }
      settle();
      expect(ran.hooks).toBe(leastHooks(units, juju));
    },
  );

  test.each([2, 3, 5, 9])(
    'one by one are those of %i units that hear of each change before the next',
    (units) => {
      const { ran, model, run, settle, leader, others } = application(juju, units);
      /** Changes something as a hook would, and lets everybody hear of it. */
      const change = (
        unit: string,
        commit: Parameters<typeof model.controller.commit>[1],
      ): void => {
        model.controller.commit(unit, commit);
        settle();
      };
      for (const unit of [leader, ...others]) run(unit, 'config');
      for (const unit of others) change(unit, { bag: new Map([['sheet', 'asks']]) });
      for (const unit of others) {
        const grants = new Map([['grants', unit]]);
        if (juju === '4.0') change(leader, { applicationBag: grants });
        else model.controller.mergeLeaderSettings(leader, grants);
        settle();
        change(unit, { bag: new Map([['sheet', 'gives back']]) });
      }
      expect(ran.hooks).toBe(hooksOneByOne(units, juju));
    },
  );

  test('both grow with the square of the units', () => {
    expect(leastHooks(1, juju)).toBe(1);
    expect(leastHooks(200, juju) / leastHooks(100, juju)).toBeCloseTo(4, 0);
    expect(hooksOneByOne(200, juju) / leastHooks(200, juju)).toBeCloseTo(3, 0);
  });
});
