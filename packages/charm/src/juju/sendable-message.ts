const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Says how much of a message is missing; of the most bytes of a message it takes a few. */
function cutMark(bytes: number): string {
  return ` … (${bytes} bytes cut)`;
}

/**
 * Makes of a message what can be an argument of a process: a NUL and half of a surrogate pair, which no
 * argument can have, become U+FFFD, and what is longer than `bytesMax` in UTF-8 is cut between two characters
 * and says so.
 */
export function sendableMessage(message: string, bytesMax: number): string {
  // Encoding puts U+FFFD where half of a surrogate pair was.
  const bytes = encoder.encode(message.replaceAll('\0', '\ufffd'));
  if (bytes.length <= bytesMax) return decoder.decode(bytes);
  let end = bytesMax - encoder.encode(cutMark(bytes.length)).length;
  while (isInsideCharacter(bytes[end])) end -= 1;
  return decoder.decode(bytes.subarray(0, end)) + cutMark(bytes.length - end);
}

/** Whether a byte of UTF-8 goes on with the character of the byte before. */
function isInsideCharacter(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}
