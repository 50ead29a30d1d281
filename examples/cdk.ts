import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const CDK = join(__dirname, '..', 'node_modules', '.bin', 'cdk');

/** Without npm's and the SDK's remarks about versions, which are not the app's. */
const QUIET = { npm_config_loglevel: 'error', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** How a run of the CDK CLI ended. */
export interface CdkResult {
  readonly exitCode: number;

  /** What it printed, both streams in the order of their arrival. */
  readonly output: string;
}

/** How to run the CDK CLI. */
export interface CdkOptions {
  /** Variables on top of this process's environment. */
  readonly env?: NodeJS.ProcessEnv;

  /** Called with each line as it is printed. */
  readonly onLine?: (line: string) => void;
}

/** Runs the real CDK CLI in the folder of an app. */
export async function cdk(app: string, args: string[], { env, onLine = () => {} }: CdkOptions = {}): Promise<CdkResult> {
  const child = spawn(CDK, [...args, '--ci', '--no-notices', '--no-version-reporting'], {
    cwd: app, env: { ...process.env, ...QUIET, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      text.split('\n').map((line) => line.trim()).filter(Boolean).forEach(onLine);
    });
  }
  const [exitCode] = await once(child, 'close') as [number];
  return { exitCode, output };
}
