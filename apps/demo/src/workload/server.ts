/**
 * The workload: a small HTTP server with the manners of a real one. It takes a moment to start, serves the
 * configuration it was started with, and leaves gracefully. It knows nothing of locks, agents or Baton.
 *
 * Arguments: the unit's folder as JSON, the configuration's version, the process without which it need not live
 * or 0. It begins when it reads on its standard input that it is recorded.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { readText, replaceText } from '../files.ts';
import { hasErrno } from '../process-identity.ts';
import type { UnitFolder } from '../unit-folder.ts';
import { RECORDED } from './recorded.ts';
import { appendServerEvent } from './server-events.ts';

const WARM_UP_MS = 300;
const ANSWER_MS = 4;
/** For so long after SIGTERM it still answers, with `connection: close`, so that a load balancer turns away in time. */
const DRAIN_MS = 120;
const GUARDIAN_POLL_MS = 250;
const BIND_ATTEMPTS = 50;
const BIND_RETRY_MS = 100;

const [folderJson = '', versionText = '', guardianText = ''] = process.argv.slice(2);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever starts the server passes its own UnitFolder
const folder = JSON.parse(folderJson) as UnitFolder;
const version = Number(versionText);
const guardian = Number(guardianText);

let draining = false;

const server = createServer((_request, response) => {
  setTimeout(() => {
    // An answer after SIGTERM says that the next request should go elsewhere.
    if (draining) response.setHeader('connection', 'close');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ version }));
  }, ANSWER_MS);
});

function record(event: 'listening' | 'closing'): void {
  appendServerEvent(folder.serverEvents, { event, at: Date.now(), version, pid: process.pid });
}

function leave(): void {
  if (draining) return;
  draining = true;
  if (!server.listening) process.exit(0);
  record('closing');
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, DRAIN_MS);
}

function guardianLives(): boolean {
  try {
    process.kill(guardian, 0);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ESRCH') || hasErrno(error, 'EPERM')) return false;
    throw error;
  }
}

async function listen(target: Server, port: number): Promise<void> {
  const listening = once(target, 'listening');
  target.listen(port, '127.0.0.1');
  await listening;
}

/** The port may be taken for a moment: by the server before, or by a passing outgoing connection. */
async function listenPatiently(port: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await listen(server, port);
      return;
    } catch (error) {
      if (!hasErrno(error, 'EADDRINUSE') || attempt === BIND_ATTEMPTS) throw error;
      await delay(BIND_RETRY_MS);
    }
  }
}

process.on('SIGTERM', leave);
process.on('SIGINT', leave);
if (guardian !== 0) {
  setInterval(() => {
    if (!guardianLives()) process.exit(0);
  }, GUARDIAN_POLL_MS).unref();
}

// Kept alive longer than a client rests, so that it is the client who ends an idle connection.
server.keepAliveTimeout = 60_000;
// Whoever starts it may be killed before there is a record by which the next one finds it. Then it must not stay.
if ((await text(process.stdin)) !== RECORDED) process.exit(1);
await delay(WARM_UP_MS);
await listenPatiently(Number(readText(folder.serverPort) ?? 0));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('the server has no TCP port');
replaceText(folder.serverPort, String(address.port));
record('listening');
