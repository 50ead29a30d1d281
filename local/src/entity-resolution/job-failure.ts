/** Why a job failed: the message becomes the job's `errorDetails.errorMessage`. */
export class JobFailure extends Error {}

/**
 * Does one step of a job that calls another AWS service; what that service refuses fails the job.
 * @param step what is done, such as `read the Glue table sales.customers`
 */
export async function attempt<T>(step: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof JobFailure || !(error instanceof Error)) {
      throw error;
    }
    throw new JobFailure(`can't ${step}: ${error.name}: ${error.message}`);
  }
}
