import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Member {
  readonly shape: string;
}

interface Shape {
  readonly type: string;
  readonly required?: string[];
  readonly members?: Record<string, Member>;
  readonly member?: Member;
  readonly value?: Member;
  readonly enum?: string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface Model {
  readonly operations: Record<string, { readonly input?: Member }>;
  readonly shapes: Record<string, Shape>;
}

/** AWS's own description of a service, as botocore has it. */
export class BotocoreModel {
  private readonly model: Model;

  /**
   * @param packages the folder that holds botocore
   * @param service as botocore names it
   */
  constructor(packages: string, service: string) {
    const folder = join(packages, 'botocore', 'data', service);
    const newest = readdirSync(folder).sort().at(-1)!;
    this.model = JSON.parse(gunzipSync(readFileSync(join(folder, newest, 'service-2.json.gz'))).toString()) as Model;
  }

  /**
   * What is wrong with the request of an operation.
   *
   * @returns nothing when all is well
   */
  public complaints(operation: string, input: unknown): string[] {
    const shape = this.model.operations[operation]?.input;
    return shape ? this.ofValue(operation, shape, input) : [`there is no operation ${operation} that takes anything`];
  }

  private ofValue(path: string, { shape: name }: Member, value: unknown): string[] {
    const shape = this.model.shapes[name];
    switch (shape.type) {
      case 'structure':
        return isObject(value) ? this.ofStructure(path, shape, value) : [`${path}: is no object`];
      case 'map':
        return isObject(value) ? Object.entries(value).flatMap(([key, item]) => this.ofValue(`${path}.${key}`, shape.value!, item)) : [`${path}: is no map`];
      case 'list':
        return Array.isArray(value)
          ? [...ofLength(path, shape, value.length), ...value.flatMap((item, index) => this.ofValue(`${path}[${index}]`, shape.member!, item))]
          : [`${path}: is no list`];
      case 'blob':
      case 'string':
        return typeof value === 'string' ? [...ofLength(path, shape, value.length), ...ofText(path, shape, value)] : [`${path}: is no text`];
      case 'integer':
      case 'long':
        return typeof value === 'number' && Number.isInteger(value) ? ofLength(path, shape, value) : [`${path}: is no whole number`];
      case 'boolean':
        return typeof value === 'boolean' ? [] : [`${path}: is neither true nor false`];
      default:
        return [`${path}: nobody has sent a ${shape.type} yet`];
    }
  }

  private ofStructure(path: string, { required = [], members = {} }: Shape, value: Record<string, unknown>): string[] {
    const given = Object.entries(value).filter(([, member]) => member !== undefined);
    return [
      ...required.filter((name) => value[name] === undefined).map((name) => `${path}: ${name} is missing`),
      ...given.flatMap(([name, member]) => (members[name] ? this.ofValue(`${path}.${name}`, members[name], member) : [`${path}: there is no ${name}`])),
    ];
  }
}

function ofLength(path: string, { min = -Infinity, max = Infinity }: Shape, length: number): string[] {
  return length < min || length > max ? [`${path}: ${length} is not between ${min} and ${max}`] : [];
}

function ofText(path: string, shape: Shape, text: string): string[] {
  // Of some patterns the service means the whole text, though they do not say so.
  const matches = !shape.pattern || new RegExp(`^(?:${shape.pattern})$`, 'su').test(text);
  return [
    ...(matches ? [] : [`${path}: ${text} is not like ${shape.pattern}`]),
    ...(shape.enum && !shape.enum.includes(text) ? [`${path}: ${text} is none of ${shape.enum.join(', ')}`] : []),
  ];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
