import { expect, it } from 'vitest';
import * as tools from '../src/index.ts';
import type { HookToolTransport } from '../src/index.ts';
import { errorOf, FakeTransport } from './fake-transport.ts';

const lone = '\u{d83d}';
const refused: readonly (readonly [
  what: string,
  call: (transport: HookToolTransport) => Promise<unknown>,
  says: string,
])[] = [
  [
    'half of a pair in a databag',
    (t) => tools.relationSet(t, { data: { k: `a${lone}b` } }),
    'surrogate',
  ],
  ['half of a pair in a key', (t) => tools.relationSet(t, { data: { [lone]: 'v' } }), 'surrogate'],
  ['half of a pair in the state', (t) => tools.stateSet(t, { k: '\u{dc00}' }), 'surrogate'],
  ['half of a pair in leader settings', (t) => tools.leaderSet(t, { k: `${lone}x` }), 'surrogate'],
  ['half of a pair in a message', (t) => tools.jujuLog(t, lone), 'surrogate'],
  ['half of a pair in a key to read', (t) => tools.leaderGet(t, lone), 'surrogate'],
  ['an empty key in a databag', (t) => tools.relationSet(t, { data: { '': 'v' } }), 'key is empty'],
  ['an empty key in the state', (t) => tools.stateSet(t, { '': 'v' }), 'key is empty'],
  ['an empty key in leader settings', (t) => tools.leaderSet(t, { '': 'v' }), 'key is empty'],
  ['an empty key of an action', (t) => tools.actionSet(t, { '': 'v' }), 'key is empty'],
  ['an empty key to delete', (t) => tools.stateDelete(t, ''), 'key is empty'],
  ['an empty key to read', (t) => tools.leaderGet(t, ''), 'key is empty'],
  ['an empty configuration key', (t) => tools.configGet(t, ''), 'key is empty'],
  ['an empty key of a databag to read', (t) => tools.relationGet(t, { key: '' }), 'key is empty'],
  ['an empty unit', (t) => tools.relationGet(t, { unit: '' }), 'unit is empty'],
  [
    'an empty application',
    (t) => tools.relationGet(t, { application: '' }),
    'application is empty',
  ],
  ['an empty relation id', (t) => tools.relationList(t, { relation: '' }), 'relation id is empty'],
  ['an empty endpoint', (t) => tools.relationIds(t, ''), 'endpoint is empty'],
  ['an empty binding', (t) => tools.networkGet(t, ''), 'binding is empty'],
  ['an empty port', (t) => tools.openPort(t, ''), 'port is empty'],
  ['the key "-"', (t) => tools.relationGet(t, { key: '-' }), 'all keys'],
  ['the key "-" of leader settings', (t) => tools.leaderGet(t, '-'), 'all keys'],
  ['the key "-" of the state', (t) => tools.stateGet(t, '-'), 'all keys'],
  ['"=" in a key of leader settings', (t) => tools.leaderSet(t, { 'a=b': 'c' }), '"="'],
  ['"=" in a key of an action', (t) => tools.actionSet(t, { 'a=b': 'c' }), '"="'],
  [
    'a key beyond what YAML takes',
    (t) => tools.relationSet(t, { data: { ['k'.repeat(1023)]: 'v' } }),
    'too long',
  ],
];

it.each(refused)('refuses %s before the call', async (_what, call, says) => {
  const transport = new FakeTransport('null');
  const error = await errorOf(call(transport));
  expect(error).toMatchObject({
    code: 'VALUE_NOT_SENDABLE',
    retryable: false,
    exitCode: undefined,
  });
  expect(error.message).toContain(says);
  expect(error.tool).toBeDefined();
  expect(transport.calls).toEqual([]);
});

const goSpaces = '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000';

it.each(Array.from(goSpaces, (space) => [space.charCodeAt(0).toString(16), space] as const))(
  'refuses U+%s at an end of a leader setting, where Juju would take it away',
  async (_code, space) => {
    for (const [key, value] of [
      [`${space}k`, 'v'],
      [`k${space}`, 'v'],
      ['k', `${space}v`],
      ['k', `v${space}`],
      ['k', space],
    ] as const) {
      const transport = new FakeTransport();
      const error = await errorOf(tools.leaderSet(transport, { [key]: value }));
      expect(error.code).toBe('VALUE_NOT_SENDABLE');
      expect(error.message).toContain('white space');
      expect(transport.calls).toEqual([]);
    }
  },
);

it('sends white space within a leader setting, and at its ends what Juju leaves there', async () => {
  const transport = new FakeTransport();
  await tools.leaderSet(transport, { 'a b': 'c\nd', z: '\ufeff\u200bx\u200b\ufeff' });
  expect(transport.calls[0]?.args).toEqual(['a b=c\nd', 'z=\ufeff\u200bx\u200b\ufeff']);
});
