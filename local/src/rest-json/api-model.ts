import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { SerializationError, ServiceError, ValidationError } from './errors';

/** A request's type after validation: a required member is there. */
export type Valid<T> = T extends object ? { [K in keyof T]: Valid<Exclude<T[K], undefined>> } : T;

/** One operation of the API model. */
export interface Operation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input: { readonly shape: string };
  readonly output: { readonly shape: string };
}

/** A request on the wire, as far as the model looks at it. */
export interface WireRequest {
  /** The URI template's labels, decoded. */
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body's text; empty when there is none. */
  readonly body: string;
}

interface Member {
  readonly shape: string;
  readonly location?: 'uri' | 'querystring' | 'header';
  readonly locationName?: string;
}

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly document?: boolean;
  readonly union?: boolean;
  readonly error?: { readonly httpStatusCode: number };
}

interface Model {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** A member that breaks a constraint. */
interface Violation {
  readonly name: string;
  readonly message: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** AWS's own description of a REST JSON service (botocore's `service-2.json.gz`), used to route, validate and render. */
export class ApiModel {
  /**
   * @param path botocore's `service-2.json.gz` of the service
   * @param corrections of shapes, where the service itself breaks them @default - none
   */
  public static async load(path: string, corrections: Readonly<Record<string, { max: number }>> = {}): Promise<ApiModel> {
    const json = await promisify(gunzip)(await readFile(path));
    const model = JSON.parse(json.toString('utf8')) as Model;
    const corrected = Object.entries(corrections).map(([name, correction]) => [name, { ...model.shapes[name], ...correction }]);
    return new ApiModel({ ...model, shapes: { ...model.shapes, ...Object.fromEntries(corrected) as Record<string, Shape> } });
  }

  private constructor(private readonly model: Model) {}

  /** The operation that a method and an undecoded path name, with the path's labels; nothing when there is none. */
  public route(method: string, path: string): { operation: Operation; labels: Record<string, string> } | undefined {
    for (const operation of Object.values(this.model.operations)) {
      const labels = operation.http.method === method ? matchTemplate(operation.http.requestUri, path) : undefined;
      if (labels) {
        return { operation, labels };
      }
    }
    return undefined;
  }

  /** The operation's input, validated; members that the model does not know are dropped, as the protocol wants it. */
  public input(operation: Operation, request: WireRequest): JsonObject {
    const body = parseBody(request.body);
    const violations: Violation[] = [];
    const members = Object.entries(this.shape(operation.input.shape).members ?? {});
    const given = Object.fromEntries(members.map(([name, member]) => {
      const wireName = member.locationName ?? name;
      switch (member.location) {
        case 'uri': return [name, request.labels[wireName]];
        case 'querystring': return [name, this.queryValue(member, wireName, request.query.getAll(wireName))];
        case 'header': return [name, this.headerValue(member, request.headers[wireName.toLowerCase()])];
        default: return [name, body[wireName]];
      }
    }));
    const input = this.validate(operation.input.shape, given, '', violations) as JsonObject;
    throwViolations(violations);
    return input;
  }

  /** A request for an operation whose members are given as they are: the path's labels, and the input, validated. */
  public request(operationName: string, members: object): { operation: Operation; labels: Record<string, string>; input: JsonObject } {
    const operation = this.model.operations[operationName];
    const violations: Violation[] = [];
    const input = this.validate(operation.input.shape, members, '', violations) as JsonObject;
    throwViolations(violations);
    const labels = Object.entries(this.shape(operation.input.shape).members ?? {})
      .filter(([, { location }]) => location === 'uri').map(([name, { locationName }]) => [locationName ?? name, input[name]]);
    return { operation, labels: Object.fromEntries(labels) as Record<string, string>, input };
  }

  /**
   * The body of an error's answer: the members that the error's shape knows, all of them when it is not the model's.
   * @throws Error when it is not what the model says
   */
  public error({ name, message, members }: ServiceError): unknown {
    return this.model.shapes[name] ? this.checked(name, this.render(name, { message, ...members })) : { message };
  }

  /** Values for the members that an error of the model has to have, but for its message. */
  public requiredMembers(errorName: string): JsonObject {
    const { members = {}, required = [] } = this.shape(errorName);
    return Object.fromEntries(required.filter((name) => name !== 'message').map((name) => {
      const { type, enum: values = ['as-planned'] } = this.shape(members[name].shape);
      return [name, type === 'string' ? values[0] : 1];
    }));
  }

  /**
   * The operation's answer: the members that the output shape knows, timestamps as epoch seconds.
   * @throws Error when it is not what the model says
   */
  public output(operation: Operation, value: object): unknown {
    return this.checked(operation.output.shape, this.render(operation.output.shape, value));
  }

  /** An answer that breaks the model must be seen here, not by the one client that validates. */
  private checked(shapeName: string, rendered: unknown): unknown {
    const violations: Violation[] = [];
    this.validate(shapeName, rendered, '', violations);
    if (violations.length > 0) {
      throw new Error(`an answer is no ${shapeName} of the API model: ${violations.map(({ message }) => message).join('; ')}`);
    }
    return rendered;
  }

  /** The HTTP status of an error of the model; nothing when the model does not know it. */
  public errorStatus(name: string): number | undefined {
    return this.model.shapes[name]?.error?.httpStatusCode;
  }

  private shape(name: string): Shape {
    return this.model.shapes[name];
  }

  private queryValue(member: Member, name: string, values: string[]): unknown {
    const { type } = this.shape(member.shape);
    const [value] = values;
    if (value === undefined || type === 'list') {
      return value && values;
    }
    if (type === 'integer' && !/^-?\d+$/.test(value) || type === 'boolean' && !/^(?:true|false)$/.test(value)) {
      throw new SerializationError(`the query parameter ${name} is no ${type}`);
    }
    return type === 'integer' ? Number(value) : type === 'boolean' ? value === 'true' : value;
  }

  private headerValue(member: Member, value: string | readonly string[] | undefined): unknown {
    return typeof value === 'string' && this.shape(member.shape).type === 'list' ? splitHeader(value) : value;
  }

  private validate(shapeName: string, value: unknown, path: string, violations: Violation[]): unknown {
    const shape = this.shape(shapeName);
    if (shape.document) {
      return value;
    }
    if (!hasType(shape.type, value)) {
      throw new SerializationError(`the member ${path} is no ${shape.type}`);
    }
    violations.push(...constraintViolations(shape, value).map((constraint) => ({
      name: path,
      message: `Value ${typeof value === 'object' ? '' : `'${String(value)}' `}at '${path}' failed to satisfy constraint: Member must ${constraint}`,
    })));
    if (Array.isArray(value)) {
      return value.map((item, index) => this.validate(shape.member!.shape, item, `${path}.${index + 1}.member`, violations));
    }
    if (shape.type === 'map') {
      return mapObject(value as JsonObject, (key, item) => {
        this.validate(shape.key!.shape, key, `${path}.${key}.key`, violations);
        return this.validate(shape.value!.shape, item, `${path}.${key}.value`, violations);
      });
    }
    return shape.type === 'structure' ? this.validateStructure(shape, value as JsonObject, path, violations) : value;
  }

  private validateStructure(shape: Shape, value: JsonObject, path: string, violations: Violation[]): JsonObject {
    const given = Object.entries(value).filter(([name, item]) => item !== undefined && item !== null && name !== '__type');
    const known = Object.keys(shape.members ?? {}).flatMap((member) => given.filter(([name]) => name === member));
    if (shape.union && (given.length !== 1 || known.length !== 1)) {
      throw new SerializationError(`the member ${path} is a union: give exactly one of ${Object.keys(shape.members ?? {}).join(', ')}; ` +
        `given: ${given.map(([name]) => name).join(', ') || 'none'}`);
    }
    const pathOf = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const name of shape.required?.filter((required) => !known.some(([knownName]) => knownName === required)) ?? []) {
      violations.push({ name: pathOf(name), message: `Value null at '${pathOf(name)}' failed to satisfy constraint: Member must not be null` });
    }
    return Object.fromEntries(known.map(([name, item]) => [name, this.validate(shape.members![name].shape, item, pathOf(name), violations)]));
  }

  private render(shapeName: string, value: unknown): unknown {
    const shape = this.shape(shapeName);
    if (value instanceof Date) {
      return value.getTime() / 1000;
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.render(shape.member!.shape, item));
    }
    if (shape.type !== 'structure' || shape.document) {
      return value;
    }
    const given = value as JsonObject;
    return Object.fromEntries(Object.entries(shape.members ?? {})
      .filter(([name]) => given[name] !== undefined)
      .map(([name, member]) => [name, this.render(member.shape, given[name])]));
  }
}

function throwViolations(violations: readonly Violation[]): void {
  if (violations.length > 0) {
    throw new ValidationError(
      `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: ${violations.map(({ message }) => message).join('; ')}`,
      { reason: 'FIELD_VALIDATION_FAILED', fieldList: violations },
    );
  }
}

function matchTemplate(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) {
    return undefined;
  }
  const labels: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    // A label may be an ARN: its slashes arrive encoded, so it is decoded after the split.
    const label = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (label !== undefined) {
      labels[label] = decodeSegment(given[index]);
    } else if (segment !== given[index]) {
      return undefined;
    }
  }
  return labels;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ValidationError(`the path segment '${segment}' is not percent-encoded UTF-8`);
  }
}

/** The items of a list in a header: those that hold a comma are quoted. */
function splitHeader(value: string): string[] {
  return [...value.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)/gy)].map(([, quoted, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? plain)
    .filter((item, index, { length }) => item !== '' || index < length - 1);
}

function parseBody(body: string): JsonObject {
  if (body === '') {
    return {};
  }
  try {
    const value: unknown = JSON.parse(body);
    if (hasType('structure', value)) {
      return value as JsonObject;
    }
  } catch {
    // Answered below, like JSON that is not an object.
  }
  throw new SerializationError('the body is not a JSON object');
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    case 'integer': return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31;
    case 'long': return Number.isInteger(value);
    case 'double': case 'float': case 'timestamp': return typeof value === 'number';
    case 'list': return Array.isArray(value);
    default: return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function constraintViolations(shape: Shape, value: unknown): string[] {
  // A string's length is in characters, not in UTF-16 units.
  const size = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length
    : typeof value === 'number' ? value : Object.keys(value as object).length;
  const measure = typeof value === 'number' ? 'value' : 'length';
  const violations: string[] = [];
  if (shape.min !== undefined && size < shape.min) {
    violations.push(`have ${measure} greater than or equal to ${shape.min}`);
  }
  if (shape.max !== undefined && size > shape.max) {
    violations.push(`have ${measure} less than or equal to ${shape.max}`);
  }
  // The model's patterns are meant to match the whole value; some hold alternatives with anchors of their own.
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value as string)) {
    violations.push(`satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.enum !== undefined && !shape.enum.includes(value as string)) {
    violations.push(`satisfy enum value set: [${shape.enum.join(', ')}]`);
  }
  return violations;
}

function mapObject(object: JsonObject, f: (key: string, value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(key, value)]));
}

function patternOf(pattern: string): RegExp {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    // Some of the model's patterns escape what needs no escape, which only the older syntax takes.
    return new RegExp(source);
  }
}
