import {
  closePort,
  defaultTransport,
  openedPorts,
  openPort,
  type HookToolTransport,
} from '@baton/hook-tools';
import type { PortControl } from '../services/service-system.ts';
import { HookMemo } from './hook-memo.ts';

/**
 * Opens and closes ports of this unit, on all its endpoints. It asks once a hook which are open, and calls a
 * tool only for those that are not as they should be. What it does takes effect when the hook has succeeded.
 * {@link ServiceManager} uses it by itself in a hook of Juju. Its methods throw `HookToolError`.
 *
 * @param transport - how the tools are called; `defaultTransport()` of `@baton/hook-tools` where absent
 */
export function jujuPorts(transport?: HookToolTransport): PortControl {
  // What the hook has opened and closed is kept here: Juju tells of it only when the hook has succeeded.
  const ports = new HookMemo(
    async () => new Set(await openedPorts(transport ?? defaultTransport())),
  );

  return {
    async open(port: string): Promise<void> {
      const opened = await ports.get();
      if (opened.has(port)) return;
      await openPort(transport ?? defaultTransport(), port);
      opened.add(port);
    },
    async close(port: string): Promise<void> {
      const opened = await ports.get();
      if (!opened.has(port)) return;
      await closePort(transport ?? defaultTransport(), port);
      opened.delete(port);
    },
  };
}
