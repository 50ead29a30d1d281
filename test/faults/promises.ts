import { PromiseCase } from './case';
import { ANSWERS } from './promises/answers';
import { DELETION } from './promises/deletion';
import { INPUT } from './promises/input';
import { LAMBDA_COMES_AND_GOES } from './promises/lambda-comes-and-goes';
import { LONG_WAITS } from './promises/long-waits';
import { LOST_ANSWERS } from './promises/lost-answers';
import { NEWER_REPLACES } from './promises/newer-replaces';
import { ONE_REQUEST_ONE_JOB } from './promises/one-request-one-job';
import { ONE_SLOT } from './promises/one-slot';
import { ONLY_FORWARD } from './promises/only-forward';
import { PERMISSIONS } from './promises/permissions';
import { POPULATIONS } from './promises/populations';
import { ROLLBACK } from './promises/rollback';
import { THOUSANDS_OF_JOBS } from './promises/thousands-of-jobs';
import { WAITING } from './promises/waiting';
import { WHEN_IT_RUNS } from './promises/when-it-runs';

/** All that is promised of a run, case by case. */
export const CASES: PromiseCase[] = [
  ...ONE_REQUEST_ONE_JOB, ...LOST_ANSWERS, ...ONE_SLOT, ...WHEN_IT_RUNS, ...ONLY_FORWARD, ...ROLLBACK,
  ...NEWER_REPLACES, ...DELETION, ...WAITING, ...LONG_WAITS,
  ...ANSWERS, ...PERMISSIONS, ...LAMBDA_COMES_AND_GOES, ...THOUSANDS_OF_JOBS, ...INPUT, ...POPULATIONS,
];
