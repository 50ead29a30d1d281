import { GetTableCommand } from '@aws-sdk/client-glue';
import { Context } from './context';
import { jobClients } from './job-clients';
import { attempt, JobFailure } from './job-failure';
import { WorkflowInput } from './workflow-input';
import { parseArn } from '../rest-json/arn';
import { AccessDeniedError } from '../rest-json/errors';

/** What is read, and by which role. */
interface Reader {
  readonly roleArn?: string;
  readonly inputSourceConfig?: readonly WorkflowInput[];
}

/** Refuses a role that can't be assumed, and one that can't see the Glue tables: the service looks when a workflow or an ID namespace is made or changed. */
export async function checkReader({ roleArn, inputSourceConfig = [] }: Reader, { accountRegion, behaviour, jobEnvironment }: Context): Promise<void> {
  if (!roleArn || !jobEnvironment.enforcesIam || behaviour.inputsAtCreate === 'LEFT_ALONE') {
    return;
  }
  try {
    const { glue } = await jobClients(roleArn, 'check-of-inputs', jobEnvironment.awsEndpointUrl, accountRegion.region)();
    for (const { account, resourceName } of inputSourceConfig.map(({ inputSourceARN }) => parseArn(inputSourceARN)).filter(({ resourceType }) => resourceType === 'table')) {
      const [DatabaseName, Name] = resourceName.split('/');
      await attempt(`read the Glue table ${DatabaseName}.${Name}`, () => glue.send(new GetTableCommand({ CatalogId: account, DatabaseName, Name })));
    }
  } catch (error) {
    throw error instanceof JobFailure ? new AccessDeniedError(`Exception in assuming the passed role, or in what it reads: ${error.message}`) : error;
  }
}
