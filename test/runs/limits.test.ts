import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import * as mapping from '../../src';
import { MEMBERSHIP_ID } from '../clean-rooms/given';
import { EMAIL_RULE, EMAIL_TECHNIQUE, givenApp, givenInput, numbered } from '../entity-resolution/given';

/** What IAM allows the inline policies of a role, white space left out. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_INLINE_POLICIES = 10_240;

const JOBS = 50;

/** Names as long as a company's may be. */
const LONG = 'customer-identity-resolution-of-the-loyalty-programme';

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly Policies?: { PolicyDocument: Document }[];
    readonly PolicyDocument?: Document;
    readonly Roles?: { Ref: string }[];
    readonly Path?: string;
  };
}
interface Document {
  readonly Statement: { Action: string | string[]; Resource: unknown }[];
}

/** Fifty jobs of all kinds, each of a workflow of its own; those with ID namespaces wait for the one before. */
function givenJobs(): Stack {
  const stack = new Stack(givenApp(), `${LONG}-production`, { env: { account: '111122223333', region: 'ap-southeast-2' } });
  const membership = mapping.Membership.fromMembershipId(stack, 'Membership', MEMBERSHIP_ID);
  // One of each for all: there may be 500 resources in a stack.
  const people = givenInput(stack, 'people');
  const outputBucket = new s3.Bucket(stack, 'Output');
  const outputKey = new kms.Key(stack, 'Output-key');
  const matchingWorkflow = (scope: Construct) => new mapping.MatchingWorkflow(scope, 'Matching-workflow', {
    inputSources: [people], technique: EMAIL_TECHNIQUE, outputBucket, outputKey,
  });
  const loyalty = matchingWorkflow(stack);
  let before: Construct | undefined;
  numbered(JOBS, (number) => {
    const scope = new Construct(stack, `${LONG}-${number}`);
    const workflow = (props: Partial<mapping.IdMappingWorkflowProps> = {}) => new mapping.IdMappingWorkflow(scope, 'ID-mapping-workflow', {
      sources: [mapping.InputSource.idNamespace(new mapping.IdNamespace(scope, 'Source', {
        type: mapping.IdNamespaceType.SOURCE, inputSources: [people],
      }))],
      target: mapping.InputSource.idNamespace(new mapping.IdNamespace(scope, 'Target', {
        type: mapping.IdNamespaceType.TARGET, inputSources: [mapping.InputSource.matchingWorkflow(loyalty)],
      })),
      technique: mapping.IdMappingTechnique.ruleBased({ rules: [EMAIL_RULE] }),
      outputBucket,
      outputKey,
      ...props,
    });
    if (number % 3 === 0) {
      new mapping.IdMappingTable(scope, 'Table', { membership, workflow: workflow({ writesOutput: false, outputBucket: undefined, outputKey: undefined }) }).populateOnDeploy('Population');
    } else if (number % 3 === 1) {
      new mapping.MatchingJob(scope, 'Job', {
        workflow: matchingWorkflow(scope),
      });
    } else {
      const mapped = workflow();
      if (before) mapped.node.addDependency(before);
      before = new mapping.IdMappingJob(scope, 'Job', { workflow: mapped });
    }
  });
  return stack;
}

/** A value with what stands for others as long as it can become: ARNs of the longest names that are made up, others in their words. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument]] = Object.entries(value);
  if (name === 'Fn::Join') return (argument[1] as unknown[]).map(resolved).join(argument[0]);
  if (name === 'Fn::GetAtt') return argument[1] === 'Arn' ? arnOf(argument[0]) : argument[1];
  if (name === 'Ref') return argument === 'AWS::StackId' ? `arn:aws:cloudformation:ap-southeast-2:111122223333:stack/${LONG}-production/${UUID}` : nameOf(argument);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member)]));
}

const UUID = '11111111-2222-3333-4444-555555555555';

/** What is made up for a role or function has 64 characters at most, for others up to 255. */
function nameOf(logicalId: string): string {
  return logicalId.startsWith('AWS::') ? 'aws' : `${LONG}-production-${logicalId}-ABCDEFGHIJKL`.slice(-128);
}

function arnOf(logicalId: string): string {
  return /[Kk]ey[0-9A-F]{8}$/.test(logicalId)
    ? `arn:aws:kms:ap-southeast-2:111122223333:key/${UUID}`
    : `arn:aws:service:ap-southeast-2:111122223333:resource/${nameOf(logicalId)}`;
}

describe('fifty jobs in one stack', () => {
  const template = Template.fromStack(givenJobs()).toJSON() as { Resources: Record<string, Resource> };
  const resources = Object.entries(template.Resources);
  const documentsOf = (roleId: string, { Policies = [] }: Resource['Properties']) => [
    ...Policies.map(({ PolicyDocument }) => PolicyDocument),
    ...resources.flatMap(([, { Type, Properties }]) => (Type === 'AWS::IAM::Policy' && Properties.Roles?.some(({ Ref }) => Ref === roleId) ? Properties.PolicyDocument! : [])),
  ];
  const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([id, { Properties }]) => ({ id, path: Properties.Path, documents: documentsOf(id, Properties) }));

  test('are there', () => {
    expect(resources.filter(([, { Type }]) => Type.startsWith('Custom::'))).toHaveLength(JOBS);
    expect(roles.filter(({ path }) => path?.startsWith('/cdk-id-mapping/'))).toHaveLength(JOBS);
  });

  test('need no role with longer policies than IAM allows', () => {
    const sizes = roles.map(({ id, documents }) => [id, documents.reduce((size, document) => size + JSON.stringify(resolved(document)).replaceAll(/\s/g, '').length, 0)] as const);
    expect(sizes.filter(([id, size]) => size === 0 && /(?<!ID)JobRole|PopulationRole|RunnerRole/.test(id))).toEqual([]);
    expect(sizes.filter(([, size]) => size > LONGEST_INLINE_POLICIES)).toEqual([]);
    // So that there is room for what is not known here.
    expect(Math.max(...sizes.map(([, size]) => size))).toBeLessThan(LONGEST_INLINE_POLICIES / 2);
  });

  test('name everything that they use, but what has no ARN to name', () => {
    const ofRuns = roles.filter(({ id, path }) => path?.startsWith('/cdk-id-mapping/') || id.startsWith('IdMappingRunnerRole'));
    const everywhere = ofRuns.flatMap(({ documents }) => documents).flatMap(({ Statement }) => Statement).filter(({ Resource }) => JSON.stringify(Resource).includes('"*"'));
    // The action has no resource type: IAM takes it with every resource or not at all.
    expect([...new Set(everywhere.map(({ Action }) => JSON.stringify(Action)))]).toEqual(['"entityresolution:UseIdNamespace"']);
  });

  test('depend on nothing that depends on them', () => {
    const references = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(references);
      if (typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([key, member]) => {
        if (key === 'Ref' || key === 'DependsOn') return [member].flat() as string[];
        return key === 'Fn::GetAtt' ? [(member as string[])[0]] : references(member);
      });
    };
    const edges = new Map(resources.map(([id, resource]) => [id, references(resource).filter((other) => other in template.Resources)]));
    const done = new Set<string>();
    const visit = (id: string, path: string[]): void => {
      if (path.includes(id)) throw new Error(`${[...path, id].join(' depends on ')}`);
      if (done.has(id)) return;
      edges.get(id)!.forEach((other) => visit(other, [...path, id]));
      done.add(id);
    };

    expect(() => resources.forEach(([id]) => visit(id, []))).not.toThrow();
  });
});
