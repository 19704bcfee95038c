import { afterEach, describe, expect, it, vi } from 'vitest';
import { HookToolError, type HookToolTransport } from '@baton/hook-tools';
import { JujuLogger } from '../../src/juju/juju-logger.ts';
import { FakeTools } from './fake-tools.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('JujuLogger', () => {
  it('sends each line at its level, in order', async () => {
    const tools = new FakeTools();
    const logger = new JujuLogger(tools);
    logger.debug('one');
    logger.info('two');
    logger.warn('three');
    logger.error('--four');
    await logger.flush();
    expect(tools.take()).toEqual([
      'juju-log -l DEBUG one',
      'juju-log -l INFO two',
      'juju-log -l WARNING three',
      'juju-log -l ERROR -- --four',
    ]);
  });

  it('sends one line at a time, however long the tool takes', async () => {
    const ends: (() => void)[] = [];
    const transport: HookToolTransport = {
      run: () =>
        new Promise((resolve) => {
          ends.push(() => resolve({ exitCode: 0, stdout: '', stderr: '' }));
        }),
    };
    const logger = new JujuLogger(transport);
    logger.info('one');
    logger.info('two');
    await vi.waitFor(() => expect(ends).toHaveLength(1));
    ends[0]?.();
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    ends[1]?.();
    await logger.flush();
  });

  it('flushes what is logged while it flushes', async () => {
    const tools = new FakeTools();
    const logger = new JujuLogger(tools);
    logger.info('one');
    const flushed = logger.flush();
    logger.info('two');
    await flushed;
    expect(tools.take()).toEqual(['juju-log -l INFO one', 'juju-log -l INFO two']);
  });

  it('writes to stderr what Juju does not take, and goes on', async () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const tools = new FakeTools();
    tools.failing.set('juju-log -l INFO one', new HookToolError('MISSING', 'there is none'));
    const logger = new JujuLogger(tools);
    logger.info('one');
    logger.info('two');
    await expect(logger.flush()).resolves.toBeUndefined();
    expect(written.join('')).toBe('INFO one\n(juju-log did not take that line: there is none)\n');
    expect(tools.take()).toContain('juju-log -l INFO two');
  });

  it('cuts a message that no argument of a process can be', async () => {
    const tools = new FakeTools();
    const logger = new JujuLogger(tools);
    logger.info('ä'.repeat(100_000));
    await logger.flush();
    const sent = tools.take()[0]?.replace('juju-log -l INFO ', '') ?? '';
    expect(Buffer.byteLength(sent)).toBeLessThanOrEqual(131_071);
    expect(sent).toMatch(/^ä+ … \(\d+ bytes cut\)$/);
  });
});
