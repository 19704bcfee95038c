import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HookToolError, SocketTransport, type HookToolTransport } from '@baton/hook-tools';
import { JujucServer, type JujucCall } from '@baton/hook-tools/gob';

/** How a hook in this process calls its tools. */
export type Way = 'in-process' | 'socket';
export const WAYS: readonly Way[] = ['in-process', 'socket'];

/** A hook's way to its tools by a real socket. */
export interface AgentEnd {
  readonly transport: SocketTransport;
  /** Ends the connection, and then the socket, whose file goes with it. */
  readonly close: () => Promise<void>;
}

let opened = 0;
const open = new Set<AgentEnd>();

/** Listens on a socket, as the agent does while a hook runs, and has the calls answered by a transport. */
export function openAgentEnd(contextId: string, tools: HookToolTransport): AgentEnd {
  const address = join(tmpdir(), `baton-agent-${process.pid}-${(opened += 1)}.socket`);
  const server = createServer((socket) => serve(socket, tools)).listen(address);
  const transport = new SocketTransport({
    env: {
      JUJU_CONTEXT_ID: contextId,
      JUJU_AGENT_SOCKET_ADDRESS: address,
      JUJU_AGENT_SOCKET_NETWORK: 'unix',
    },
  });
  const end: AgentEnd = {
    transport,
    close: async () => {
      if (!open.delete(end)) return;
      const closed = new Promise((resolve) => server.close(resolve));
      await transport.close();
      await closed;
    },
  };
  open.add(end);
  return end;
}

/** Closes what hooks have left that did not end: call it after each test. */
export async function closeAgentEnds(): Promise<void> {
  await Promise.all([...open].map((end) => end.close()));
}

function serve(socket: Socket, tools: HookToolTransport): void {
  const server = new JujucServer();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    server.push(chunk);
    for (let call = server.next(); call !== undefined; call = server.next()) {
      void answer(server, call, tools).then((bytes) => socket.write(bytes));
    }
  });
}

async function answer(
  server: JujucServer,
  call: JujucCall,
  tools: HookToolTransport,
): Promise<Uint8Array> {
  const { commandName: tool, args, stdin } = call.request;
  try {
    const text = Buffer.from(stdin ?? []).toString();
    const result = await tools.run({ tool, args, ...(text === '' ? {} : { stdin: text }) });
    const [stdout, stderr] = [Buffer.from(result.stdout), Buffer.from(result.stderr)];
    return server.reply(call, { code: result.exitCode, stdout, stderr });
  } catch (error) {
    // What has no program on the PATH has none in the agent either.
    if (!HookToolError.is(error, 'MISSING')) throw error;
    return server.refuse(call, `bad request: unknown command: ${tool}`);
  }
}
