import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { attempt, JobFailure } from './job-failure';
import { parseArn } from '../rest-json/arn';

/** The AWS services as one role may use them. */
export interface JobClients {
  readonly glue: GlueClient;
  readonly s3: S3Client;
}

/**
 * The AWS services as the roles of a job may use them.
 * @param defaultRoleArn the workflow's role
 */
export function jobClients(
  defaultRoleArn: string | undefined, jobId: string, awsEndpointUrl: string, region: string,
): (roleArn?: string) => Promise<JobClients> {
  const known = new Map<string, Promise<JobClients>>();
  return (roleArn = defaultRoleArn) => {
    if (!roleArn) {
      throw new JobFailure('the workflow has no roleArn: the job has no permission to read its inputs and to write its output');
    }
    const clients = known.get(roleArn) ?? assumeRole(roleArn, jobId, awsEndpointUrl, region);
    known.set(roleArn, clients);
    return clients;
  };
}

/**
 * Assumes a role for a job.
 * @param awsEndpointUrl where STS, Glue and S3 answer
 * @param region the job's Region
 */
async function assumeRole(roleArn: string, jobId: string, awsEndpointUrl: string, region: string): Promise<JobClients> {
  // The local AWS takes an account id as the access key of that account's root user.
  const sts = new STSClient({ endpoint: awsEndpointUrl, region, credentials: { accessKeyId: parseArn(roleArn).account, secretAccessKey: 'local' } });
  const { Credentials } = await attempt(`assume the role ${roleArn}`, () =>
    sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: jobId })));
  if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) {
    throw new JobFailure(`can't assume the role ${roleArn}: STS gave no credentials`);
  }
  const config = {
    endpoint: awsEndpointUrl,
    region,
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  };
  return { glue: new GlueClient(config), s3: new S3Client({ ...config, forcePathStyle: true }) };
}
