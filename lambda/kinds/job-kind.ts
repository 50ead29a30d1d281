import { JobClients, JobReference, Jobs } from './jobs';

/** What the runner has to know of one kind of job, whose start sends such a request. */
export interface JobKind<Request> {
  /** The jobs of what a request is about. */
  jobs(request: Request, clients: JobClients): Jobs;

  /** What a request is about, in a message. */
  subject(request: Request): string;

  /** The AWS CLI's command that shows how a job goes. */
  lookCommand(request: Request, job: JobReference): string;

  /** The AWS CLI's command that leads to a job whose id nobody knows. */
  searchCommand(request: Request): string;
}
