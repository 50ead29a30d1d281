import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { PropertyType, Resource, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}

/** What AWS says of the types of CloudFormation, as the CDK's own generator reads it. */
export class ServiceSpec {
  private readonly database: SpecDatabase = loadAwsServiceSpecSync();

  /**
   * What a resource has that its type does not know, and what it lacks.
   *
   * @returns nothing when all is well
   */
  public complaints(path: string, { Type, Properties = {} }: TemplateResource): string[] {
    if (Type.startsWith('Custom::') || Type === 'AWS::CDK::Metadata') return [];
    const resource = this.resource(Type);
    return resource ? this.ofProperties(path, resource.properties, Properties) : [`${path}: there is no type ${Type}`];
  }

  /** The properties of a type that make another resource when they change, by their paths. */
  public createOnly(type: string): string[] {
    return this.replacing(this.resource(type)!.properties).sort();
  }

  private resource(type: string): Resource | undefined {
    return this.database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
  }

  private replacing(properties: ResourceProperties, seen: readonly string[] = []): string[] {
    return Object.entries(properties).flatMap(([name, { type, causesReplacement = 'no' }]) => {
      if (causesReplacement !== 'no') return [name];
      if (type.type !== 'ref' || seen.includes(type.reference.$ref)) return [];
      return this.replacing(this.database.get('typeDefinition', type.reference).properties, [...seen, type.reference.$ref]).map((inner) => `${name}.${inner}`);
    });
  }

  private ofProperties(path: string, known: ResourceProperties, given: Record<string, unknown>): string[] {
    const missing = Object.entries(known).filter(([name, { required }]) => required && !(name in given)).map(([name]) => `${path}: ${name} is missing`);
    return missing.concat(Object.entries(given).flatMap(([name, value]) => {
      const property = known[name];
      return property ? this.ofValue(`${path}.${name}`, property.type, value) : [`${path}: there is no property ${name}`];
    }));
  }

  private ofValue(path: string, type: PropertyType, value: unknown): string[] {
    if (isIntrinsic(value)) return [];
    switch (type.type) {
      case 'array':
        return Array.isArray(value) ? value.flatMap((item, index) => this.ofValue(`${path}[${index}]`, type.element, item)) : [`${path}: is no list`];
      case 'map':
        return isObject(value) ? Object.entries(value).flatMap(([key, item]) => this.ofValue(`${path}.${key}`, type.element, item)) : [`${path}: is no map`];
      case 'ref':
        return isObject(value) ? this.ofProperties(path, this.database.get('typeDefinition', type.reference).properties, value) : [`${path}: is no object`];
      case 'union': {
        const complaints = type.types.map((one) => this.ofValue(path, one, value));
        return complaints.some(({ length }) => length === 0) ? [] : complaints.flat();
      }
      case 'json':
        return [];
      case 'tag':
        return isObject(value) && 'Key' in value && 'Value' in value ? [] : [`${path}: is no tag`];
      case 'string':
        if (isObject(value) || Array.isArray(value)) return [`${path}: is no text`];
        return type.allowedValues && !type.allowedValues.includes(String(value)) ? [`${path}: ${String(value)} is none of ${type.allowedValues.join(', ')}`] : [];
      default:
        return isObject(value) || Array.isArray(value) ? [`${path}: is no ${type.type}`] : [];
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What CloudFormation resolves. */
function isIntrinsic(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && /^(Ref|Fn::.+)$/.test(Object.keys(value)[0]);
}
