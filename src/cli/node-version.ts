/**
 * Whether this Node is new enough.
 *
 * Imports nothing, so that it can be asked before anything is loaded that an older Node fails on: an operator would see
 * "No such built-in module: node:sqlite", which says nothing about what to do.
 */

/** As `engines` in package.json has it: the first that strips types without a flag. */
const OLDEST = [22, 18] as const;

/** The fault of a version such as `20.11.1`, in words, or null. */
export function nodeFault(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `llavero needs Node ${oldestMajor}.${oldestMinor} or newer; this is Node ${version}. Node 24 can be had from https://nodejs.org/`;
}
