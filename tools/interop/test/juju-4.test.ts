import { expect, test } from 'vitest';

import { Roll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('on 4.0, where there are no leader settings', (python) => {
  test('charmhelpers fails in its first hook', async () => {
    const roll = await Roll.start({ units: ['charmhelpers'], juju: '4.0', python });
    try {
      await roll.until(() => roll.isInError('roll/0'), 'a hook has failed');
      const { log } = roll.app;
      expect(log.some(({ message }) => message.startsWith('hook "install" failed'))).toBe(true);
      expect(log.some(({ message }) => message.includes("'leader-get'"))).toBe(true);
    } finally {
      await roll.stop();
    }
  });
});
