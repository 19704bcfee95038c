import { describe, expect, test } from 'vitest';

import { logLine, statusText } from '../../src/cli/text.ts';
import type { ApplicationStatus, UnitStatus } from '../../src/status.ts';

const unit: UnitStatus = {
  unit: 'web/0',
  leader: true,
  life: 'alive',
  agent: 'idle',
  workload: 'active',
  message: '',
};
const application: ApplicationStatus = {
  application: 'web',
  charm: '/charm',
  juju: '4.0',
  status: 'unknown',
  message: '',
  settled: true,
  hooks: 12,
  toolCalls: 34,
  units: [unit],
};

describe('the status as text', () => {
  test('has no column for what no unit has', () => {
    expect(statusText(application)).toBe(
      [
        'web on Juju 4.0, settled, 12 hooks, 34 tool calls',
        'Unit    Workload  Agent  Message',
        'web/0*  active    idle',
      ].join('\n'),
    );
  });

  test('says which hook runs, who is to go, and what the leader says of the application', () => {
    const leaving: UnitStatus = {
      ...unit,
      unit: 'web/10',
      leader: false,
      life: 'dying',
      agent: 'executing',
      hook: 'stop',
      workload: 'maintenance',
      message: 'bye',
    };
    const said = { status: 'blocked', message: 'too few', settled: false };
    expect(statusText({ ...application, ...said, units: [unit, leaving] })).toBe(
      [
        'web on Juju 4.0, running, 12 hooks, 34 tool calls blocked: too few',
        'Unit    Workload     Agent                    Message',
        'web/0*  active       idle',
        'web/10  maintenance  executing (stop)  dying  bye',
      ].join('\n'),
    );
  });

  test('of an application without units is a line and the titles', () => {
    expect(statusText({ ...application, units: [] }).split('\n')).toHaveLength(2);
  });
});

test('a line of the log is like one of juju debug-log', () => {
  const entry = {
    at: Date.UTC(2026, 1, 3, 4, 5, 6),
    unit: 'web/0',
    level: 'INFO',
    logger: 'unit.web/0.juju-log',
    message: 'hello',
  };
  expect(logLine(entry)).toBe('unit-web-0: 04:05:06 INFO unit.web/0.juju-log hello');
});
