import { createConnection } from 'node:net';

import { SimError } from '../driver/sim-error.ts';
import { readReply, type ControlRequest } from './control-request.ts';
import { firstLine } from './first-line.ts';

/** Asks the application that runs in a folder. @throws {SimError} if none does, or it cannot be done */
export async function ask(socketPath: string, request: ControlRequest): Promise<unknown> {
  const line = await exchange(socketPath, JSON.stringify(request));
  if (line === undefined) throw new SimError('the application ended before it answered.');
  const reply = readReply(line);
  if ('error' in reply) throw new SimError(reply.error);
  return reply.result;
}

/** Whether an application runs that listens on a path. */
export async function isListening(socketPath: string): Promise<boolean> {
  try {
    await ask(socketPath, { verb: 'status' });
    return true;
  } catch (error) {
    if (error instanceof SimError) return false;
    throw error;
  }
}

async function exchange(socketPath: string, line: string): Promise<string | undefined> {
  const socket = createConnection(socketPath, () => socket.write(`${line}\n`));
  try {
    return await firstLine(socket);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ECONNRESET' || code === 'EPIPE') return undefined;
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED' && code !== 'ENOTSOCK') throw error;
    throw new SimError(
      `no application runs here (${socketPath}). Start one with juju-sim run CHARM, or name its folder with --folder.`,
    );
  } finally {
    socket.destroy();
  }
}
