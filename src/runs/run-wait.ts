import { CfnWaitCondition, CfnWaitConditionHandle, Duration, Fn, Lazy, Names, Stack } from 'aws-cdk-lib';
import { Construct, IDependable } from 'constructs';
import { digest } from '../private/digest';

/** The runner tells of a shorter timeout. One for all, because a WaitCondition can't be changed. */
const TIMEOUT = Duration.hours(12);

export interface RunWaitProps {
  /** What makes another run when it changes. */
  readonly whatIsRun: unknown;

  /** The attributes in the order in which the runner signals them, a bar before each. */
  readonly attributes: readonly string[];
}

/**
 * Waits for the end of a run longer than CloudFormation waits for a custom resource.
 *
 * A WaitCondition is used up by its signal, so there is another one for each run: what is run is in its logical id.
 */
export class RunWait extends Construct {
  /** Where the runner signals the end of the run. */
  public readonly handleUrl: string;

  private readonly condition: CfnWaitCondition;
  private readonly attributes: readonly string[];

  constructor(scope: Construct, id: string, { whatIsRun, attributes }: RunWaitProps) {
    super(scope, id);
    const handle = new CfnWaitConditionHandle(this, 'Handle');
    this.condition = new CfnWaitCondition(this, 'Condition', { handle: handle.ref, timeout: String(TIMEOUT.toSeconds()), count: 1 });
    for (const resource of [handle, this.condition]) {
      const name = Names.uniqueResourceName(resource, { maxLength: 240 });
      resource.overrideLogicalId(Lazy.string({ produce: () => name + digest(Stack.of(this).resolve(whatIsRun)) }));
    }
    this.handleUrl = handle.ref;
    this.attributes = attributes;
  }

  /** The waiting begins when the run was asked for. */
  public after(run: IDependable): void {
    this.condition.node.addDependency(run);
  }

  /** An attribute of the run as it was at its end. */
  public attribute(name: string): string {
    // The signals arrive as the JSON text {"run":"|…|…|"}, which a template can't read otherwise.
    return Fn.select(this.attributes.indexOf(name) + 1, Fn.split('|', this.condition.attrData.toString()));
  }
}
