import { devNull } from 'node:os';

/** What MiniStack takes as the account: an access key id of 12 digits. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

export interface LocalEndpoints {
  /** MiniStack: every service but those named below. */
  readonly endpointUrl: string;
  readonly entityResolutionUrl: string;
  /** @default - Clean Rooms can't be had: MiniStack is asked for it, and has none */
  readonly cleanRoomsUrl?: string;
}

/**
 * Variables to lay over `inherited` so that no SDK, AWS CLI or CDK CLI reaches a real account: the local end points and credentials,
 * and `undefined` (which removes a variable) for each other `AWS_` variable that is inherited.
 */
export function localEnvironment(endpoints: LocalEndpoints, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const removed = Object.keys(inherited).filter((name) => name.startsWith('AWS_')).map((name) => [name, undefined]);
  return {
    ...Object.fromEntries(removed),
    AWS_ENDPOINT_URL: endpoints.endpointUrl,
    AWS_ENDPOINT_URL_ENTITYRESOLUTION: endpoints.entityResolutionUrl,
    AWS_ENDPOINT_URL_CLEANROOMS: endpoints.cleanRoomsUrl,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    // A profile may name a real account, and a configuration file may switch the end points off.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}
