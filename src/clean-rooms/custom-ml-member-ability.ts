/**
 * What a member of a collaboration can do with custom models of AWS Clean Rooms ML.
 *
 * @see https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MLMemberAbilities.html
 */
export enum CustomMlMemberAbility {
  /** To receive trained models. */
  CAN_RECEIVE_MODEL_OUTPUT = 'CAN_RECEIVE_MODEL_OUTPUT',

  /** To receive what models have inferred. */
  CAN_RECEIVE_INFERENCE_OUTPUT = 'CAN_RECEIVE_INFERENCE_OUTPUT',
}
