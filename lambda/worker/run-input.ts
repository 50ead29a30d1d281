import { RunState } from './run-state';
import { INPUT_SCHEMA, RunInput, Schema } from '../../src/runs/private/run-protocol';

/**
 * What is wrong with the input of an execution, if anything is.
 *
 * @param input anything that can be written as JSON
 */
export function problemOf(input: unknown): string | undefined {
  const problem = problemAt('input', input, INPUT_SCHEMA);
  if (problem) return problem;
  const { run, follow, callback } = input as RunInput;
  if (run && follow) return "input has both 'run' and 'follow', it must have one of them";
  if (follow && !callback) return "input has 'follow', but no 'callback': nobody waits";
  // A deletion of what could not be run has no job that it could look for.
  if (!run && !follow && callback?.requestType !== 'Delete') return "input must have 'run'";
  return undefined;
}

/** What a run begins with. */
export function firstState(input: RunInput, startedAt: string): RunState {
  return { settings: {}, askedAt: startedAt, ...input, startedAt, next: 'START', waitSeconds: 0 };
}

function problemAt(path: string, value: unknown, schema: Schema): string | undefined {
  if (schema.oneOf) return problemOfOneOf(path, value, schema.oneOf);
  if (schema.enum) {
    return schema.enum.includes(value as string) ? undefined : `${path} must be one of ${schema.enum.join(', ')}, got: ${shown(value)}`;
  }
  switch (schema.type) {
    case 'object':
      return problemOfObject(path, value, schema);
    case 'array':
      return problemOfArray(path, value, schema);
    case 'number':
      return typeof value === 'number' && value >= schema.minimum! && value <= schema.maximum!
        ? undefined : `${path} must be a number from ${schema.minimum} to ${schema.maximum}, got: ${shown(value)}`;
    case 'string':
      return problemOfText(path, value, schema);
    default:
      return typeof value === schema.type ? undefined : `${path} must be a ${schema.type}, got: ${shown(value)}`;
  }
}

function problemOfText(path: string, value: unknown, { minLength, pattern }: Schema): string | undefined {
  if (typeof value !== 'string' || value.length < minLength!) return `${path} must be a text, got: ${shown(value)}`;
  return pattern === undefined || new RegExp(pattern).test(value) ? undefined : `${path} must match ${pattern}, got: ${shown(value)}`;
}

function problemOfOneOf(path: string, value: unknown, schemas: readonly Schema[]): string | undefined {
  if (!isObject(value)) return `${path} must be an object, got: ${shown(value)}`;
  const kinds = schemas.map((schema) => schema.properties!.jobKind);
  const kind = kinds.findIndex((jobKind) => jobKind.enum!.includes(value.jobKind as string));
  return kind < 0
    ? problemAt(`${path}.jobKind`, value.jobKind, { enum: kinds.flatMap((jobKind) => jobKind.enum!) })
    : problemAt(path, value, schemas[kind]);
}

function problemOfObject(path: string, value: unknown, { properties = {}, required = [] }: Schema): string | undefined {
  if (!isObject(value)) return `${path} must be an object, got: ${shown(value)}`;
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return `${path} must have '${missing}'`;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    if (!Object.hasOwn(properties, name)) return `${path} has '${name}', which is not known; known are: ${Object.keys(properties).join(', ')}`;
    const problem = problemAt(`${path}.${name}`, member, properties[name]);
    if (problem) return problem;
  }
  return undefined;
}

function problemOfArray(path: string, value: unknown, { items, minItems, maxItems }: Schema): string | undefined {
  if (!Array.isArray(value)) return `${path} must be a list, got: ${shown(value)}`;
  if (value.length < minItems! || value.length > maxItems!) return `${path} must have ${minItems} to ${maxItems} items, got ${value.length}`;
  return value.map((item, index) => problemAt(`${path}[${index}]`, item, items!)).find((problem) => problem !== undefined);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not the value itself, which may be anything. */
function shown(value: unknown): string {
  return typeof value === 'string' && value.length <= 40 ? JSON.stringify(value) : value === null ? 'null' : typeof value;
}
