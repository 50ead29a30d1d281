import { ControlClient } from '../../local/src';

type FaultPlan = Parameters<ControlClient['planFaults']>[0];

/** Something that goes wrong with the next calls of one operation. */
export type Fault = NonNullable<FaultPlan['faults']>[number];

/** What becomes of a job. */
export type JobFault = NonNullable<Fault['job']>;

/** How a second job is met. */
export type WhenBusy = NonNullable<FaultPlan['whenBusy']>;
