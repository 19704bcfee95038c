import { describe, expect, test } from 'vitest';

import { countHooks } from '../roll/roll-count.ts';
import { changedBytes, WrittenBytes } from '../roll/written-bytes.ts';

describe('the bytes that hooks write', () => {
  test('are those of the keys that changed and of their new values, in UTF-8', () => {
    const before = new Map([
      ['same', 'x'],
      ['changed', 'old'],
      ['gone', 'value'],
    ]);
    const now = new Map([
      ['same', 'x'],
      ['changed', 'neu'],
      ['added', 'ü'],
    ]);
    expect(changedBytes(before, now)).toBe(
      'changedneu'.length + 'gone'.length + 'added'.length + 2,
    );
  });

  test('are added up over all places, each change once', () => {
    const written = new WrittenBytes();
    const unit = {
      name: 'a/0',
      bag: undefined as Map<string, string> | undefined,
      state: new Map(),
    };
    const committed = {
      units: [unit],
      applicationBag: new Map<string, string>(),
      leaderSettings: new Map<string, string>(),
    };
    written.look(committed);
    expect(written.total).toBe(0);
    unit.bag = new Map([['k', '12']]);
    committed.applicationBag = new Map([['k', '1']]);
    committed.leaderSettings = new Map([['k', '']]);
    written.look(committed);
    written.look(committed);
    expect(written.total).toBe(3 + 2 + 1);
  });
});

test('hooks are counted by their kind, their tools, and by who runs them', () => {
  const count = countHooks([
    { kind: 'config-changed', leads: true, tools: ['is-leader', 'leader-set', 'leader-set'] },
    { kind: 'config-changed', leads: false, tools: ['is-leader'] },
    { kind: 'relation-changed', leads: false, tools: ['is-leader', 'relation-get'] },
  ]);
  expect(count).toEqual({
    hooks: 3,
    toolCalls: 6,
    hooksByKind: { 'config-changed': 2, 'relation-changed': 1 },
    callsByTool: { 'is-leader': 3, 'leader-set': 2, 'relation-get': 1 },
    follower: { least: 1, mean: 1.5, most: 2 },
    leader: { least: 3, mean: 3, most: 3 },
  });
});
