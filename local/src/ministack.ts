import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const LAUNCHER = resolve(__dirname, '..', 'python', 'launcher.py');
const READY_WITHIN_MS = 60_000;
const LOG_TAIL_LINES = 30;

export interface MiniStackProps {
  /** A folder for its files and its log. It is removed when MiniStack ends, or when this process does, however it ends. */
  readonly folder: string;
  /** Interpreter of an environment that has MiniStack. */
  readonly python: string;
  /** Free port of 127.0.0.1. */
  readonly port: number;
  /** The AWS variables that Lambda functions and MiniStack itself see. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether each call is checked against the caller's IAM policies. */
  readonly enforceIam: boolean;
}

/** MiniStack with the AWS::EntityResolution and AWS::CleanRooms types, as a process that ends when this one does, however it ends. */
export class MiniStack {
  /**
   * Starts it and waits until it answers.
   *
   * @throws with the end of the log when it does not answer within a minute
   */
  public static async start(props: MiniStackProps): Promise<MiniStack> {
    const { folder } = props;
    const log = await open(join(folder, 'ministack.log'), 'w');
    // -B: this package's folder is no place for Python's cache files.
    const child = spawn(props.python, ['-B', LAUNCHER], {
      // A process group of its own: Lambda functions are children, and Ctrl-C must not reach it before the command has ended.
      detached: true,
      stdio: ['pipe', log.fd, log.fd],
      // Nothing is inherited but PATH: a variable meant for another emulator would change this one.
      env: {
        ...props.env,
        PATH: process.env.PATH,
        // For the Lambda functions.
        NODE_PATH: await lambdaModules(folder),
        HOME: folder,
        TMPDIR: folder,
        ID_MAPPING_LOCAL_FOLDER: folder,
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(props.port),
        AUTH: String(props.enforceIam),
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
      },
    });
    const ministack = new MiniStack(props.port, folder, child);
    await log.close();
    try {
      await ministack.ready();
    } catch (error) {
      const tail = (await readFile(ministack.logFile, 'utf8')).trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
      await ministack.stop();
      throw new Error(`MiniStack did not start: ${(error as Error).message}; the end of its log:\n${tail}`);
    }
    return ministack;
  }

  public readonly url: string;
  public readonly logFile: string;
  private readonly ended: Promise<void>;

  private constructor(port: number, private readonly folder: string, private readonly child: ChildProcess) {
    this.url = `http://127.0.0.1:${port}`;
    this.logFile = join(folder, 'ministack.log');
    this.ended = once(child, 'exit').then(() => killGroup(child.pid!));
  }

  /** Ends it with all its Lambda functions, and removes its files. */
  public async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (this.child.exitCode === null && this.child.signalCode === null) {
      const response = await fetch(`${this.url}/_ministack/ready`).catch(() => undefined);
      if (response?.ok) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`no answer at ${this.url} within ${READY_WITHIN_MS / 1000} seconds`);
      }
      await setTimeout(50);
    }
    throw new Error(`its process ended with ${this.child.signalCode ?? `exit code ${this.child.exitCode}`}`);
  }
}

/** A folder with what the Node.js runtimes of AWS Lambda have: the clients of the AWS SDK, here those that are installed with this package. */
async function lambdaModules(folder: string): Promise<string> {
  const modules = join(folder, 'lambda-runtime', 'node_modules');
  await mkdir(modules, { recursive: true });
  await symlink(dirname(dirname(require.resolve('@aws-sdk/client-entityresolution/package.json'))), join(modules, '@aws-sdk'), 'dir');
  return modules;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The group is empty: no Lambda function was running.
  }
}
