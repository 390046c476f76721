/**
 * References to environment variables inside the text of a configuration file: `${NAME}`, and `$${` for a plain `${`.
 *
 * They are put in after YAML was parsed, so the value of a variable can never become structure. Must never: put the
 * value of a variable in a fault.
 */

/** The name of a variable, as POSIX shells have it. */
const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const REFERENCE = new RegExp(`\\$\\{(${NAME})\\}`, 'g');
const TOKEN = new RegExp(`\\$\\$\\{|\\$\\{(${NAME})\\}|\\$\\{`, 'g');

/**
 * Stand-ins for the braces while YAML is parsed: inside `{ … }` it would take the brace of a reference for its own, and
 * operators would have to know that. Private-use characters, one for one, so that every position stays true.
 */
const OPEN = '\uE000';
const CLOSE = '\uE001';

export function holdsStandIns(text: string): boolean {
  return text.includes(OPEN) || text.includes(CLOSE);
}

export function hideBraces(yaml: string): string {
  return yaml.replaceAll(REFERENCE, `$$${OPEN}$1${CLOSE}`);
}

export type Expansion =
  | { readonly expanded: true; readonly text: string }
  /** In words that follow the path of the value. */
  | { readonly expanded: false; readonly fault: string };

/** Replaces the references in one string value that went through `hideBraces`. An empty variable counts as missing. */
export function expandReferences(value: string, env: { readonly [name: string]: string | undefined }): Expansion {
  if (!value.includes('$')) return { expanded: true, text: value };
  const faults: string[] = [];
  const text = value
    .replaceAll(OPEN, '{')
    .replaceAll(CLOSE, '}')
    .replaceAll(TOKEN, (token: string, name?: string) => {
      if (token === '$${') return '${';
      if (name === undefined)
        faults.push(`holds a \${ that is no reference: write \${NAME}, or $\${ for the characters themselves`);
      else if (!env[name]) faults.push(`refers to the environment variable ${name}, which is not set`);
      else return env[name];
      return '';
    });
  return faults.length === 0 ? { expanded: true, text } : { expanded: false, fault: faults.join('; ') };
}

/** The opposite of `expandReferences` for a text without references. */
export function escapeReferences(text: string): string {
  return text.replaceAll('${', '$$${');
}
