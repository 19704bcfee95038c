import { describe, expect, it } from 'vitest';

import { parseCommandLine } from '../src/options.ts';

function optionsOf(...argv: string[]): unknown {
  const commandLine = parseCommandLine(argv);
  return commandLine.kind === 'run' ? commandLine.options : commandLine;
}

describe('parseCommandLine', () => {
  it('takes five units and the file store when nothing is said', () => {
    expect(optionsOf()).toEqual({
      units: 5,
      store: 'file',
      juju: '3.6',
      policy: 'serial',
      json: false,
      out: 'demo-output/rolling-restart.svg',
    });
  });

  it('takes every option', () => {
    const argv =
      '--units 3 --store file --policy limit=25% --kill holder --json --out a/b.svg'.split(' ');
    expect(optionsOf(...argv)).toEqual({
      units: 3,
      store: 'file',
      juju: '3.6',
      policy: 'limit=25%',
      kill: 'holder',
      json: true,
      out: 'a/b.svg',
    });
  });

  it('takes a simulated Juju, with its agents to kill', () => {
    const argv = '--store juju --juju 4.0 --kill leader'.split(' ');
    expect(optionsOf(...argv)).toMatchObject({ store: 'juju', juju: '4.0', kill: 'leader' });
  });

  it('gives the help as text, with every option in it', () => {
    const commandLine = parseCommandLine(['--help']);
    if (commandLine.kind !== 'help') throw new Error('no help');
    for (const option of ['units', 'store', 'juju', 'policy', 'kill', 'json', 'out', 'help']) {
      expect(commandLine.text).toContain(`--${option}`);
    }
  });

  it.each([
    ['an unknown option', ['--frobnicate']],
    ['an option that is nearly one', ['--unit', '3']],
    ['an argument that belongs to nothing', ['web']],
    ['no unit', ['--units', '0']],
    ['one unit, which nobody can stand in for', ['--units', '1']],
    ['too many units', ['--units', '21']],
    ['a fraction of a unit', ['--units', '2.5']],
    ['units in another notation', ['--units', '0x3']],
    ['units without a number', ['--units']],
    ['an unknown store', ['--store', 'etcd']],
    ['an unknown Juju', ['--store', 'juju', '--juju', '2.9']],
    ['a Juju where there is none', ['--juju', '3.6']],
    ['an unknown policy', ['--policy', 'random']],
    ['a limit of nothing', ['--policy', 'limit=0']],
    ['more than all', ['--policy', 'limit=101%']],
    ['an unknown victim', ['--kill', 'everybody']],
    ['a kill where agents are no processes', ['--store', 'memory', '--kill', 'leader']],
  ])('refuses %s in one line', (_what, argv) => {
    const commandLine = parseCommandLine(argv);
    if (commandLine.kind !== 'wrong') throw new Error(`${argv.join(' ')} was taken`);
    expect(commandLine.message).toMatch(/^\S.*\S$/);
    expect(commandLine.message).not.toContain('\n');
  });
});
