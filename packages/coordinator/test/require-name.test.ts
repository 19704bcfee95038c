import { expect, test } from 'vitest';

import { World } from './shell/world.ts';

test('a function that requires a lock has the name of the function it runs', () => {
  const { coordinator } = new World().add();
  expect(coordinator.require('restart', () => true, restartServer).name).toBe('restartServer');
});

async function restartServer(): Promise<void> {}
