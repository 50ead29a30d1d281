import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const CDK = join(__dirname, '..', 'node_modules', '.bin', 'cdk');

/** How a run of the CDK CLI ended. */
export interface CdkResult {
  readonly exitCode: number;

  /** What it printed, both streams in the order of their arrival. */
  readonly output: string;
}

/**
 * Runs the real CDK CLI in the folder of an app, with this process's environment.
 *
 * @param onLine called with each line as it is printed
 */
export async function cdk(app: string, args: string[], onLine: (line: string) => void = () => {}): Promise<CdkResult> {
  const child = spawn(CDK, [...args, '--ci', '--no-notices', '--no-version-reporting'], { cwd: app, stdio: ['ignore', 'pipe', 'pipe'] });
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
