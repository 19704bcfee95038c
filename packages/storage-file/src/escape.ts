const SAFE = /^[a-z0-9-]$/;

/**
 * Turns any text into a file name that is the same file on every file system: lower-case letters, digits and
 * `-` stay, every other byte of its UTF-8 becomes `%` and two lower-case hexadecimal digits.
 */
export function escapeName(text: string): string {
  let name = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    name += SAFE.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}

/** Turns what {@link escapeName} gave back into the text; undefined for a name that it never gives. */
export function unescapeName(name: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  return escapeName(text) === name ? text : undefined;
}
