import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parseArn } from './arn';
import { attempt, JobFailure } from './job-failure';

/** The AWS services as one role may use them. */
export interface JobClients {
  readonly glue: GlueClient;
  readonly s3: S3Client;
}

/**
 * Assumes a role for a job.
 * @param awsEndpointUrl where STS, Glue and S3 answer
 * @param region the job's Region
 */
export async function assumeRole(roleArn: string, jobId: string, awsEndpointUrl: string, region: string): Promise<JobClients> {
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
