import * as path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

const CODE = path.join(__dirname, '..', '..', 'assets', 'runner');

/** Steps that may be done twice are repeated when they crash; by what name the crash is reported differs, so any will do. */
const REPEAT: sfn.RetryProps = { errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 6 };

/** A start that crashed may have started a job; one that keeps crashing tells of something wrong with the runner itself. */
const CRASHED_START = `{% $merge([$states.input, {
  'outcome': $states.input.crashes >= 5 ? 'FAILED' : 'UNKNOWN',
  'reason': 'the runner crashed when it started the job, which may be running',
  'crashes': ($states.input.crashes ? $states.input.crashes : 0) + 1,
  'mayHaveStarted': true,
  'waitSeconds': 5
}]) %}`;

const CRASHED_POLL = "{% $merge([$states.input, { 'outcome': 'FAILED', 'reason': 'the runner could not look at the job, which may be running' }]) %}";

/**
 * What runs jobs: one state machine and its two functions, shared by all runs of a stack.
 *
 * Each run, whatever asks for it, is one execution. The entry function takes the requests of CloudFormation and starts the execution under the
 * request's own id, so that asking twice starts once; the worker does its steps.
 */
export class Runner extends Construct {
  /** The runner of the scope's stack, made on first use. */
  public static of(scope: Construct): Runner {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild('IdMappingRunner') as Runner | undefined ?? new Runner(stack, 'IdMappingRunner');
  }

  /** What a custom resource that wants a run names as its service. */
  public readonly serviceToken: string;

  /** The role with which jobs are started and looked at; each job brings its own policy. */
  public readonly workerRole: iam.IRole;

  private constructor(scope: Stack, id: string) {
    super(scope, id);

    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.THREE_MONTHS });
    const worker = this.function('Worker', logGroup, 'Starts ID mapping jobs, looks at them and answers CloudFormation');
    const stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Runs ID mapping jobs: one execution for each run',
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(this.definition(worker)),
    });

    const entry = this.function('Entry', logGroup, 'Takes requests of CloudFormation for ID mapping jobs', { STATE_MACHINE_ARN: stateMachine.stateMachineArn });
    stateMachine.grantStartExecution(entry);
    entry.addToRolePolicy(new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }));

    this.serviceToken = entry.functionArn;
    this.workerRole = worker.role!;
  }

  private function(id: string, logGroup: logs.ILogGroup, description: string, environment?: Record<string, string>): lambda.Function {
    const role = new iam.Role(this, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return new lambda.Function(this, id, {
      description,
      code: lambda.Code.fromAsset(CODE),
      handler: `index.${id.toLowerCase()}`,
      runtime: lambda.determineLatestNodeRuntime(this),
      memorySize: 256,
      timeout: Duration.seconds(60),
      // CloudFormation invokes the entry asynchronously, and Lambda would invoke it again after an error that was answered already.
      retryAttempts: 0,
      role,
      logGroup,
      environment,
    });
  }

  private definition(worker: lambda.IFunction): sfn.IChainable {
    const start = this.step('Start', worker, 'start');
    const answerStart = this.step('Answer that it started', worker, 'answer');
    const poll = this.step('Poll', worker, 'poll');
    const answerEnd = this.step('Answer how it ended', worker, 'answer');
    const waitToStart = this.wait('Wait to start');
    const waitForJob = this.wait('Wait for the job');

    const hasStarted = sfn.Choice.jsonata(this, 'Has it started?')
      .when(outcomeIn('STARTED'), answerStart)
      .when(outcomeIn('FAILED', 'TIMED_OUT'), answerEnd)
      .otherwise(waitToStart);
    const hasEnded = sfn.Choice.jsonata(this, 'Has it ended?')
      .when(outcomeIn('RUNNING'), waitForJob)
      .otherwise(answerEnd);
    const hasSucceeded = sfn.Choice.jsonata(this, 'Has it succeeded?')
      .when(outcomeIn('SUCCEEDED'), sfn.Succeed.jsonata(this, 'Succeeded'))
      .otherwise(sfn.Fail.jsonata(this, 'Failed', { error: '{% $states.input.outcome %}', cause: '{% $states.input.reason %}' }));

    start.next(hasStarted);
    // No retry: a start that crashed may have reached the service, and only another look at its jobs tells.
    start.addCatch(hasStarted, { errors: ['States.ALL'], outputs: CRASHED_START });
    waitToStart.next(start);

    answerStart.addRetry(REPEAT).next(waitForJob);
    waitForJob.next(poll);
    poll.addRetry(REPEAT).next(hasEnded);
    poll.addCatch(answerEnd, { errors: ['States.ALL'], outputs: CRASHED_POLL });
    answerEnd.addRetry(REPEAT).next(hasSucceeded);
    return start;
  }

  private step(id: string, worker: lambda.IFunction, step: string): tasks.LambdaInvoke {
    return tasks.LambdaInvoke.jsonata(this, id, {
      lambdaFunction: worker,
      payload: sfn.TaskInput.fromObject({ step, run: '{% $states.input %}', askedAt: '{% $states.context.Execution.StartTime %}' }),
      outputs: '{% $states.result.Payload %}',
      retryOnServiceExceptions: false,
    });
  }

  private wait(id: string): sfn.Wait {
    return sfn.Wait.jsonata(this, id, { time: sfn.WaitTime.seconds('{% $states.input.waitSeconds %}') });
  }
}

function outcomeIn(...outcomes: string[]): sfn.Condition {
  return sfn.Condition.jsonata(`{% $states.input.outcome in ${JSON.stringify(outcomes)} %}`);
}
