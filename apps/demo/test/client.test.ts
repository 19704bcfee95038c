import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Client } from '../src/client.ts';
import type { Backend } from '../src/rotation.ts';

const servers: Server[] = [];
const clients: Client[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<Backend> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { unit: `web/${servers.length}`, port: address.port };
}

function answering(): Promise<Backend> {
  return serve((_request, response) => response.end('{}'));
}

/** A server that takes the connection and drops it without an answer. */
function refusing(): Promise<Backend> {
  return serve((request) => request.socket.destroy());
}

function call(...backends: Backend[]): Client {
  const client = new Client(backends);
  clients.push(client);
  client.start();
  return client;
}

describe('Client', () => {
  it('has every request answered by servers that answer', async () => {
    const client = call(await answering(), await answering());
    await vi.waitFor(() => expect(client.counters.answered).toBeGreaterThan(5));
    expect(client.counters).toMatchObject({ retried: 0, failed: 0 });
  });

  it('sends a refused request to another server, once', async () => {
    const client = call(await answering(), await refusing());
    await vi.waitFor(() => expect(client.counters.retried).toBeGreaterThan(1));
    expect(client.counters.failed).toBe(0);
    await client.stop();
    const retried = client.samples.filter(({ outcome }) => outcome === 'retried');
    expect(retried).toHaveLength(client.counters.retried);
  });

  it('counts a request that was refused twice as failed', async () => {
    const client = call(await refusing(), await refusing());
    await vi.waitFor(() => expect(client.counters.failed).toBeGreaterThan(1));
    expect(client.counters.answered).toBe(0);
  });

  it('counts an answer that broke off as failed, and does not ask again', async () => {
    const broken = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => request.socket.destroy());
    });
    const client = call(broken);
    await vi.waitFor(() => expect(client.counters.failed).toBeGreaterThan(1));
    expect(client.counters.retried).toBe(0);
  });

  it('lets a server alone that says it is leaving', async () => {
    let asked = 0;
    const leaving = await serve((_request, response) => {
      asked += 1;
      response.setHeader('connection', 'close');
      response.end('{}');
    });
    const client = call(leaving, await answering());
    await vi.waitFor(() => expect(client.counters.answered).toBeGreaterThan(12));
    expect(asked).toBeLessThan(client.counters.answered / 3);
    expect(client.counters.failed).toBe(0);
  });
});
