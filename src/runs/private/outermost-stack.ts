import { Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The stack that is deployed with all that is nested in it. */
export function outermostStack(construct: IConstruct): Stack {
  const stack = Stack.of(construct);
  return stack.nestedStackParent ? outermostStack(stack.nestedStackParent) : stack;
}
