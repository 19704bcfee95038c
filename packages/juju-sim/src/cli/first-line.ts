import type { Socket } from 'node:net';

/** The first line that comes over a socket; `undefined` if the other side ends before. Rejects with its errors. */
export function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((found, failed) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', failed);
    socket.on('close', () => found(undefined));
    socket.on('data', (chunk) => {
      text += String(chunk);
      const end = text.indexOf('\n');
      if (end >= 0) found(text.slice(0, end));
    });
  });
}
