import { makeWorkFolder } from 'id-mapping-rehearsal';
import { CleanRoomsServer } from './clean-rooms/server';
import { EntityResolutionServer } from './entity-resolution/server';
import { freePort } from './free-port';
import { localEnvironment } from './local-environment';
import { MiniStack } from './ministack';
import { pythonEnvironment } from './python-environment';

export interface LocalAwsProps {
  /**
   * Whether each call is checked against the caller's IAM policies.
   *
   * @default false
   */
  readonly enforceIam?: boolean;
}

/** AWS on this machine: MiniStack and the servers of Entity Resolution and Clean Rooms, on free ports of 127.0.0.1. */
export class LocalAws {
  /** Starts all. What is made there is gone when it stops. */
  public static async start(props: LocalAwsProps = {}): Promise<LocalAws> {
    const { enforceIam = false } = props;
    const { python, botocoreModel } = await pythonEnvironment();
    const port = await freePort();
    const endpointUrl = `http://127.0.0.1:${port}`;
    const server = {
      port: 0,
      awsEndpointUrl: endpointUrl,
      ...enforceIam && {
        authenticateUrl: `${endpointUrl}/_id-mapping-local/authenticate`, authorizeUrl: `${endpointUrl}/_id-mapping-local/authorize`,
      },
    };
    // One for all, because MiniStack removes its folder even when this process is killed, and jobs keep personal data in theirs.
    const folder = await makeWorkFolder('id-mapping-local');
    const entityResolution = await EntityResolutionServer.start({ ...server, folder, apiModelPath: botocoreModel('entityresolution', '2018-05-10') });
    const cleanRooms = await CleanRoomsServer.start({ ...server, apiModelPath: botocoreModel('cleanrooms', '2022-02-17'), entityResolution });
    try {
      const env = localEnvironment({ endpointUrl, entityResolutionUrl: entityResolution.url, cleanRoomsUrl: cleanRooms.url }, process.env);
      const ministack = await MiniStack.start({ folder, python, port, env, enforceIam });
      return new LocalAws(env, ministack, entityResolution, cleanRooms);
    } catch (error) {
      await Promise.all([cleanRooms.close(), entityResolution.close()]);
      throw error;
    }
  }

  /** The URL of every service but those named below. */
  public readonly endpointUrl: string;
  public readonly entityResolutionUrl: string;
  public readonly cleanRoomsUrl: string;
  /** MiniStack's log, the Lambda functions' output included. Gone after `stop`. */
  public readonly logFile: string;

  private constructor(
    /** Variables to lay over `process.env` for a process that is to see this AWS and no other. */
    public readonly env: NodeJS.ProcessEnv,
    private readonly ministack: MiniStack,
    private readonly entityResolution: EntityResolutionServer,
    private readonly cleanRooms: CleanRoomsServer,
  ) {
    this.endpointUrl = ministack.url;
    this.entityResolutionUrl = entityResolution.url;
    this.cleanRoomsUrl = cleanRooms.url;
    this.logFile = ministack.logFile;
  }

  public async stop(): Promise<void> {
    await this.ministack.stop();
    await Promise.all([this.cleanRooms.close(), this.entityResolution.close()]);
  }
}
