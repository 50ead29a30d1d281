import { LocalAws } from 'id-mapping-local';
import { Listr, ListrTask } from 'listr2';
import { cdk } from './cdk';
import { enter } from './enter';

/** What the CDK CLI says of each resource; the rest of its output is shown when it fails. */
const RESOURCE = /\| (\w+_(?:COMPLETE|FAILED)) +\| (AWS::\S+|Custom::\S+) +\| (\S+)/;

/** Tells a line of what goes on within a step. */
export type Tell = (line: string) => void;

/** What is done one step after the other on a local AWS, for somebody who looks on. `State` is what the steps hand on. */
export class Demonstration<State extends { aws: LocalAws }> {
  private readonly steps: ListrTask<State>[] = [];
  private readonly seconds: [string, number][] = [];

  constructor() {
    this.step('Start the local AWS', async (state) => {
      state.aws = await LocalAws.start({ enforceIam: true });
      enter(state.aws);
      // The SDK's remark on the end of Node 20 is not part of the show.
      process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    });
  }

  /** Adds a step. */
  public step(title: string, task: (state: State, tell: Tell) => Promise<void>): this {
    this.steps.push({
      title,
      task: async (state, wrapper) => {
        const begin = performance.now();
        await task(state, (line) => { wrapper.output = line; });
        this.seconds.push([title, (performance.now() - begin) / 1000]);
      },
    });
    return this;
  }

  /**
   * Does all steps, reports what came of them, and stops the local AWS. Ends the process with 1 when a step fails.
   *
   * @param report shows what the steps have left
   */
  public async show(report: (state: State) => void): Promise<void> {
    const state = {} as State;
    try {
      await new Listr(this.steps, { fallbackRenderer: 'simple', rendererOptions: { collapseSubtasks: false } }).run(state);
      report(state);
      console.log('\nSeconds:');
      this.seconds.forEach(([title, time]) => console.log(`${time.toFixed(1).padStart(6)}  ${title}`));
      console.log('\nThis was emulated: the local AWS follows the documentation of AWS, it is not the service.');
    } catch (error) {
      console.error((error as Error).message);
      process.exitCode = 1;
    } finally {
      await state.aws?.stop();
    }
  }
}

/** Runs the CDK CLI for an app and tells of each resource. @throws with all that it printed */
export async function runCdk(app: string, tell: Tell, ...args: string[]): Promise<void> {
  const onLine = (line: string) => {
    const [, status, type, name] = RESOURCE.exec(line) ?? [];
    if (status) tell(`${status} ${type} ${name}`);
  };
  const { exitCode, output } = await cdk(app, args, { onLine });
  if (exitCode !== 0) throw new Error(`cdk ${args[0]} ended with ${exitCode}:\n${output}`);
}

/** A part of a whole for people: `95.9 % (4795 of 5000)`. */
export function percent(part: number, whole: number): string {
  return `${(100 * part / whole).toFixed(1)} % (${part} of ${whole})`;
}
