/**
 * Costs of a collaboration that a member pays for. Each kind is paid for by one member at most.
 *
 * Populating an ID mapping table is none of them: the account of the table pays for it.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_PaymentConfiguration.html
 */
export enum PaymentResponsibility {
  /** What queries cost. When nobody is named, the member who can query pays. */
  QUERY_COMPUTE = 'QUERY_COMPUTE',

  /** What PySpark jobs cost. */
  JOB_COMPUTE = 'JOB_COMPUTE',

  /** What it costs to train a custom model. */
  MODEL_TRAINING = 'MODEL_TRAINING',

  /** What it costs to infer with a custom model. */
  MODEL_INFERENCE = 'MODEL_INFERENCE',

  /** What it costs to generate synthetic data. */
  SYNTHETIC_DATA_GENERATION = 'SYNTHETIC_DATA_GENERATION',
}
