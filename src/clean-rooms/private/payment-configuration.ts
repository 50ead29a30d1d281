import * as cr from 'aws-cdk-lib/aws-cleanrooms';
import { PaymentResponsibility } from '../payment-responsibility';

/** What a member pays for, in the shape that collaborations and memberships share; nothing when nothing is said. */
export function paymentConfiguration(
  responsibilities: readonly PaymentResponsibility[] | undefined,
): cr.CfnCollaboration.PaymentConfigurationProperty & cr.CfnMembership.MembershipPaymentConfigurationProperty | undefined {
  if (!responsibilities) return undefined;
  const pays = (responsibility: PaymentResponsibility) => (responsibilities.includes(responsibility) ? { isResponsible: true } : undefined);
  const machineLearning = {
    modelTraining: pays(PaymentResponsibility.MODEL_TRAINING),
    modelInference: pays(PaymentResponsibility.MODEL_INFERENCE),
    syntheticDataGeneration: pays(PaymentResponsibility.SYNTHETIC_DATA_GENERATION),
  };
  return {
    queryCompute: pays(PaymentResponsibility.QUERY_COMPUTE) ?? { isResponsible: false },
    jobCompute: pays(PaymentResponsibility.JOB_COMPUTE),
    machineLearning: Object.values(machineLearning).some(Boolean) ? machineLearning : undefined,
  };
}
