/** A process that serves one unit and does what the test tells it, one order after another. */
import {
  EMPTY_REQUEST_SHEET,
  LockStoreError,
  parseLockName,
  parseTicket,
  parseUnitName,
  type HookSession,
  type RequestSheet,
} from '@baton/coordinator';

import { FileLockStore } from '../../src/index.ts';
import type { Answer, Order } from './orders.ts';

const [directory = '', unit = ''] = process.argv.slice(2);
const lock = parseLockName('restart');
const counted = parseUnitName('counter/0');
let store = new FileLockStore({ directory, unit });

function send(answer: Answer): void {
  process.send?.(answer);
}

async function hook<T>(body: (session: HookSession) => Promise<T>): Promise<T> {
  const session = await store.begin();
  const result = await body(session);
  await session.end('success');
  return result;
}

function sheet(ticket: number, locks: number): RequestSheet {
  const names = Array.from({ length: locks }, (_, index) => parseLockName(`lock-${index}`));
  const requests = new Map([lock, ...names].map((name) => [name, parseTicket(ticket)]));
  return { ...EMPTY_REQUEST_SHEET, lastTicket: ticket, requests };
}

/** Adds one to what the grants say; gives the new value, or undefined where this unit does not lead. */
async function count(): Promise<number | undefined> {
  return hook(async (session) => {
    const { grants } = session;
    await session.leadership();
    try {
      const value = ((await grants.read()).get(lock)?.get(counted) ?? 0) + 1;
      await grants.write(new Map([[lock, new Map([[counted, parseTicket(value)]])]]));
      return value;
    } catch (error) {
      if (LockStoreError.is(error, 'NOT_LEADER')) return undefined;
      throw error;
    }
  });
}

/** Publishes and grants for ever, and tells of each time that succeeded. */
async function publish(): Promise<never> {
  for (let ticket = 1; ; ticket += 1) {
    await hook(async (session) => {
      await session.leadership();
      await session.grants.write(new Map([[lock, new Map([[counted, parseTicket(ticket)]])]]));
      await session.peers.write(sheet(ticket, ticket % 50));
    });
    send({ published: ticket });
  }
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'lead':
      return hook(async (session) => (await session.leadership()).leader);
    case 'request':
      return hook((session) => session.peers.write(sheet(order.ticket, 0)));
    case 'race': {
      const values: number[] = [];
      for (let round = 0; round < order.rounds; round += 1) {
        await store.takeLeadership();
        const value = await count();
        if (value !== undefined) values.push(value);
      }
      return values;
    }
    case 'count':
      return count();
    case 'resign':
      await store.close();
      store = new FileLockStore({ directory, unit });
      return undefined;
    case 'publish':
      return publish();
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (done) => send({ done }),
    (error: unknown) => {
      const code = LockStoreError.is(error) ? error.code : 'OTHER';
      send({ failed: { code, message: String(error) } });
    },
  );
});
send({ done: 'ready' });
