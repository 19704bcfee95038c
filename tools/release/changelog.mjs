/** The heading that names the next release: `## Unreleased: 0.2.0`. */
const UNRELEASED = /^## Unreleased: (\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/m;

/**
 * The version that the changelog announces, and what it says of it.
 *
 * @param {string} changelog
 * @returns {{ readonly version: string, readonly text: string }}
 * @throws {Error} where nothing is announced, or nothing is said of it
 */
export function unreleased(changelog) {
  const found = UNRELEASED.exec(changelog);
  const version = found?.[1];
  if (found === null || version === undefined) {
    throw new Error(
      'CHANGELOG.md announces no release: add a heading such as `## Unreleased: 0.2.0` with what changed',
    );
  }
  const after = changelog.slice(found.index + found[0].length);
  const end = /^## /m.exec(after)?.index ?? after.length;
  const text = after.slice(0, end).trim();
  if (!text.includes('\n- ')) {
    throw new Error(`CHANGELOG.md says nothing of ${version}: write what changed, an item each`);
  }
  return { version, text };
}

/**
 * The changelog with the announced release as one that was made on this day.
 *
 * @param {string} changelog
 * @param {Date} day
 * @returns {string}
 */
export function released(changelog, day) {
  const { version } = unreleased(changelog);
  return changelog.replace(UNRELEASED, `## ${version} - ${day.toISOString().slice(0, 10)}`);
}
