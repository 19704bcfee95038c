import { describe, expect, it } from 'vitest';
import { HookToolError, type HookToolErrorCode } from '../src/index.ts';
import * as tools from '../src/index.ts';
import { WAYS } from './agent-server.ts';
import { errorOf, failing, FakeTransport } from './fake-transport.ts';

const said: readonly (readonly [stderr: string, exitCode: number, code: HookToolErrorCode])[] = [
  ['JUJU_CONTEXT_ID not set', 1, 'NOT_IN_HOOK'],
  ['JUJU_AGENT_SOCKET_ADDRESS not set', 1, 'NOT_IN_HOOK'],
  ['JUJU_AGENT_SOCKET_NETWORK not set', 1, 'NOT_IN_HOOK'],
  ['bad request: wrong context ID; got "a/0-install-1"', 1, 'NOT_IN_HOOK'],
  ['dial unix /x/agent.socket: connect: no such file or directory', 1, 'NOT_IN_HOOK'],
  ['dial unix /x/agent.socket: connect: connection refused', 1, 'NOT_IN_HOOK'],
  ['not running an action', 1, 'NOT_IN_HOOK'],
  ['bad request: unknown command: leader-set', 1, 'MISSING'],
  ['bad request: token does not match', 1, 'FAILED'],
  ['invalid value "peer:99" for option -r: relation not found', 2, 'UNKNOWN_RELATION'],
  ['invalid value "one" for option -r: invalid relation id', 2, 'FAILED'],
  ['no relation id specified', 2, 'FAILED'],
  ['option provided but not defined: --cheese', 2, 'FAILED'],
  ['permission denied', 1, 'PERMISSION_DENIED'],
  ['permission denied (unauthorized access)', 1, 'PERMISSION_DENIED'],
  ['dial unix /x/agent.socket: connect: permission denied', 1, 'PERMISSION_DENIED'],
  ['cannot write leadership settings: cannot write settings: not the leader', 1, 'NOT_LEADER'],
  [
    'cannot write leadership settings: cannot write settings: failed to merge leadership settings: application ' +
      '"a": checking leadership continuity: "a/0" is not leader of "a"',
    1,
    'NOT_LEADER',
  ],
  ['this unit is not the leader', 1, 'NOT_LEADER'],
  ['cannot determine leadership status: it rains', 1, 'FAILED'],
  ['leadership status unknown: it rains', 1, 'FAILED'],
  [
    'cannot read settings for unit "a/9" in relation "a:peer": unit "a/9": settings not found',
    1,
    'FAILED',
  ],
];

describe.each(WAYS)('a tool $way', ({ by }) => {
  it.each(said)('is known by %j with exit code %i to be %s', async (stderr, exitCode, code) => {
    const transport = await by(failing(stderr, exitCode));
    const error = await errorOf(tools.relationGet(transport, { relation: 'peer:0' }));
    expect(error).toMatchObject({
      name: 'HookToolError',
      code,
      tool: 'relation-get',
      args: ['--format=json', '-r', 'peer:0', '-'],
      exitCode,
      stderr: `ERROR ${stderr}\n`,
      retryable: code === 'NOT_LEADER' || (code === 'FAILED' && exitCode === 1),
    });
    expect(error.message).toContain(stderr);
  });
});

const set = (stderr: string): Promise<void> =>
  tools.relationSet(failing(stderr), { application: true, data: {} });

it('knows that relation-set --app was refused because this unit does not lead', async () => {
  expect((await errorOf(set('cannot write relation settings'))).code).toBe('NOT_LEADER');
  expect((await errorOf(set('cannot write relation settings: permission denied'))).code).toBe(
    'PERMISSION_DENIED',
  );
  expect((await errorOf(set('cannot determine leadership status: x'))).code).toBe('FAILED');
});

it('takes the exit code for a failure also where nothing was said', async () => {
  const error = await errorOf(tools.isLeader(new FakeTransport('true', { exitCode: 3 })));
  expect(error.message).toBe('is-leader exited with 3 and said: nothing.');
});

it('is recognised across copies of the package, and by its code', () => {
  const error = new HookToolError('MISSING', 'away');
  const copy = Object.defineProperty({ code: 'MISSING' }, Symbol.for('@baton/HookToolError'), {});
  for (const each of [error, copy]) {
    expect(HookToolError.is(each)).toBe(true);
    expect(HookToolError.is(each, 'MISSING')).toBe(true);
    expect(HookToolError.is(each, 'FAILED')).toBe(false);
  }
  for (const each of [undefined, null, 'x', new Error('away'), { code: 'MISSING' }]) {
    expect(HookToolError.is(each)).toBe(false);
  }
  expect(error).toMatchObject({ tool: undefined, args: [], exitCode: undefined, stderr: '' });
});
