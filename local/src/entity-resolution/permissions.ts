import { AccountRegion, IdMappingWorkflow, MatchingWorkflow } from './account-region';
import { isIdNamespace } from './workflow-input';
import { Operation } from '../rest-json/api-model';
import { Permission } from '../rest-json/authorization';
import { Behaviour } from '../rest-json/fault-plan';

type StartedWorkflow = Pick<IdMappingWorkflow | MatchingWorkflow, 'inputSourceConfig' | 'outputSourceConfig' | 'roleArn'>;

const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  idmappingworkflows: 'idmappingworkflow',
  idnamespaces: 'idnamespace',
  matchingworkflows: 'matchingworkflow',
  schemas: 'schemamapping',
};

/**
 * The permissions that a call needs: for its operation, for the ID namespaces that its job uses, for the keys of what its job writes, and for the roles
 * that it hands to the service.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/data-protection.html
 */
export function requiredPermissions(
  operation: Operation, labels: Readonly<Record<string, string>>, input: object, accountRegion: AccountRegion,
  { outputKeyOfCaller }: Required<Behaviour>,
): Permission[] {
  const workflow = startedWorkflow(operation, input, accountRegion);
  const keyArns = operation.name === 'StartMatchingJob' || outputKeyOfCaller === 'NEEDED' ? outputKeys(input, workflow) : [];
  return [
    { action: `entityresolution:${operation.name}`, resourceArn: resourceArn(operation, labels, accountRegion), context: {} },
    ...(workflow?.inputSourceConfig ?? []).filter(isIdNamespace).map(({ inputSourceARN }) =>
      ({ action: 'entityresolution:UseIdNamespace', resourceArn: inputSourceARN, context: {} })),
    ...keyArns.flatMap((keyArn) => ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) =>
      ({ action, resourceArn: keyArn, context: { 'kms:ViaService': `entityresolution.${accountRegion.region}.amazonaws.com` } }))),
    ...passedRoles(input, workflow?.roleArn).map((roleArn) =>
      ({ action: 'iam:PassRole', resourceArn: roleArn, context: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } })),
  ];
}

function resourceArn({ http }: Operation, labels: Readonly<Record<string, string>>, { account, region }: AccountRegion): string {
  const [name] = Object.values(labels);
  const prefix = `arn:aws:entityresolution:${region}:${account}:`;
  if (name === undefined) {
    return `${prefix}*`;
  }
  return name.startsWith('arn:') ? name : `${prefix}${RESOURCE_TYPES[http.requestUri.split('/')[1]]}/${name}`;
}

/** The workflow whose job the call starts. */
function startedWorkflow({ name }: Operation, input: object, accountRegion: AccountRegion): StartedWorkflow | undefined {
  const workflowName = (input as { workflowName?: string }).workflowName?.split('/').pop();
  switch (name) {
    case 'StartIdMappingJob': return accountRegion.idMappingWorkflows.find(workflowName!)?.members;
    case 'StartMatchingJob': return accountRegion.matchingWorkflows.find(workflowName!)?.members;
    default: return undefined;
  }
}

/** The keys of what a job writes: its own in place of the workflow's. */
function outputKeys(input: object, workflow: StartedWorkflow | undefined): string[] {
  const outputs = (input as Partial<StartedWorkflow>).outputSourceConfig ?? workflow?.outputSourceConfig ?? [];
  return workflow ? outputs.flatMap(({ KMSArn }) => KMSArn ?? []) : [];
}

function passedRoles(input: object, workflowRoleArn: string | undefined): string[] {
  const { roleArn, outputSourceConfig } = input as { roleArn?: string; outputSourceConfig?: { roleArn?: string }[] };
  return [roleArn, workflowRoleArn, ...(outputSourceConfig ?? []).map((output) => output.roleArn)].filter((arn) => arn !== undefined && arn !== '')
    .map(String);
}
