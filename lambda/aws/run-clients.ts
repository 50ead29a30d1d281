import { CleanRoomsClient, CleanRoomsClientConfig } from '@aws-sdk/client-cleanrooms';
import { EntityResolutionClient, EntityResolutionClientConfig } from '@aws-sdk/client-entityresolution';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { JobClients } from '../kinds/jobs';

/** What a step needs of a function's time at most for one call: without these a call that is not answered lasts as long as the function may. */
export const requestHandler = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Credentials are renewed when so much is left of their time. */
const RENEW_MS = 5 * 60_000;

/** The clients with which one run's job is started and looked at. */
export interface RunClients {
  readonly clients: JobClients;

  /** Clients that do not retry by themselves: a start is not idempotent, what comes after a lost answer is for the runner to decide. */
  readonly startOnce: JobClients;

  /** Gets credentials, so that a start fails of nothing but the start. */
  readonly ready: () => Promise<unknown>;
}

const known = new Map<string | undefined, RunClients>();

/** The clients that act as a role, or as the function itself. They are kept, as are the credentials, as long as the function is. */
export function runClients(roleArn: string | undefined): RunClients {
  const existing = known.get(roleArn);
  if (existing) return existing;
  const credentials = roleArn === undefined ? undefined : credentialsOf(roleArn);
  const made: RunClients = {
    clients: jobClients({ requestHandler, credentials }),
    startOnce: jobClients({ requestHandler, credentials, maxAttempts: 1 }),
    ready: async () => credentials?.(),
  };
  known.set(roleArn, made);
  return made;
}

function jobClients(config: EntityResolutionClientConfig & CleanRoomsClientConfig): JobClients {
  return { entityResolution: new EntityResolutionClient(config), cleanRooms: new CleanRoomsClient(config) };
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** One provider for all clients of a role, so that it is assumed once. */
function credentialsOf(roleArn: string): () => Promise<Credentials> {
  const sts = new STSClient({ requestHandler });
  let current: Credentials | undefined;
  return async () => {
    if (!current || (current.expiration && current.expiration.getTime() - Date.now() < RENEW_MS)) {
      const { Credentials: issued } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'cdk-id-mapping' }));
      current = {
        accessKeyId: issued!.AccessKeyId!,
        secretAccessKey: issued!.SecretAccessKey!,
        sessionToken: issued!.SessionToken,
        expiration: issued!.Expiration,
      };
    }
    return current;
  };
}
