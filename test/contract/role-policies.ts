import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

/** What a role is allowed. */
export interface AllowedStatement {
  readonly actions: string[];

  /** ARNs, where the template refers to what is made by it with the format of its type. */
  readonly resources: string[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: { readonly Effect: string; readonly Action: string | string[]; readonly Resource: unknown }[] };
}

/** What the ARN of a resource looks like, and what other attributes of it are. */
const ARNS: Record<string, (id: string, attribute?: string) => string> = {
  'AWS::CleanRooms::IdMappingTable': (id, attribute) =>
    attribute === 'CollaborationArn' ? 'arn:aws:cleanrooms:eu-west-1:111122223333:collaboration/c' : `arn:aws:cleanrooms:eu-west-1:111122223333:membership/m/idmappingtable/${id}`,
  'AWS::IAM::Role': (id) => `arn:aws:iam::111122223333:role/${id}`,
  'AWS::KMS::Key': (id) => `arn:aws:kms:eu-west-1:111122223333:key/${id}`,
  'AWS::Lambda::Function': (id) => `arn:aws:lambda:eu-west-1:111122223333:function:${id}`,
  'AWS::Logs::LogGroup': (id) => `arn:aws:logs:eu-west-1:111122223333:log-group:${id}:*`,
  'AWS::StepFunctions::StateMachine': (id) => `arn:aws:states:eu-west-1:111122223333:stateMachine:${id}`,
};

/** The policies of the roles of a stack. */
export class RolePolicies {
  private readonly resources: Record<string, Resource>;

  constructor(stack: Stack) {
    this.resources = (Template.fromStack(stack).toJSON() as { Resources: Record<string, Resource> }).Resources;
  }

  /** What the role is allowed whose logical id begins so. */
  public of(prefix: string): AllowedStatement[] {
    const roles = Object.entries(this.resources).filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && new RegExp(`^${prefix}[0-9A-F]{8}$`).test(id));
    if (roles.length !== 1) throw new Error(`${roles.length} roles are called ${prefix}`);
    const [[roleId, role]] = roles;
    const attached = Object.values(this.resources).filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${roleId}"`));
    const policies = [...role.Properties.Policies as Policy[] ?? [], ...attached.map(({ Properties }) => Properties as unknown as Policy)];
    return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Effect }) => Effect === 'Allow')
      .map(({ Action, Resource: on }) => ({ actions: [Action].flat(), resources: [on].flat().map((value) => this.text(value)) }));
  }

  private text(value: unknown): string {
    if (typeof value === 'string') return value;
    const [[name, argument]] = Object.entries(value as Record<string, unknown>);
    switch (name) {
      case 'Ref':
        return this.reference(argument as string);
      case 'Fn::GetAtt':
        return this.reference(...argument as [string, string]);
      case 'Fn::Join':
        return (argument as [string, unknown[]])[1].map((part) => this.text(part)).join((argument as [string])[0]);
      case 'Fn::Select':
        return this.text((argument as [number, unknown[]])[1]);
      case 'Fn::Split':
        return this.text((argument as [string, unknown])[1]).split((argument as [string])[0]).at(-1)!;
      default:
        throw new Error(`nobody has made a text of ${name} yet`);
    }
  }

  private reference(id: string, attribute?: string): string {
    if (id === 'AWS::StackId') return 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Stack/1';
    const { Type } = this.resources[id];
    // A Ref is an ARN only where the type has no name.
    return attribute || Type === 'AWS::StepFunctions::StateMachine' ? ARNS[Type]?.(id, attribute) ?? `${id}.${attribute}` : id;
  }
}

/** Whether a resource in a policy is of the format of an ARN, or a pattern for such. */
export function isOfFormat(resource: string, format: string): boolean {
  if (!resource.endsWith('*')) return patternOf(format).test(resource);
  // What comes before the asterisk is how an ARN of the format may begin.
  const begin = resource.slice(0, -1);
  const parts = format.match(/\$\{\w+\}|./g)!;
  return begin === '' || parts.some((_part, index) => patternOf(parts.slice(0, index + 1).join('')).test(begin));
}

function patternOf(format: string): RegExp {
  const pattern = format.split(/(\$\{\w+\})/).map((part) => {
    if (!part.startsWith('${')) return part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
    return part.endsWith('WithPath}') ? '.+' : '[^/:]+';
  });
  return new RegExp(`^${pattern.join('')}$`);
}
