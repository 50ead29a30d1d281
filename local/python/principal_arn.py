"""aws:PrincipalArn of a session is the ARN of its role, path included; MiniStack takes the ARN of the session.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
"""

from ministack.core import iam_evaluator
from ministack.services import iam

resolve_condition_key = iam_evaluator._resolve_condition_key


def register():
    iam_evaluator._resolve_condition_key = with_role_of_session


def with_role_of_session(key, context):
    if key.lower() == "aws:principalarn" and context.principal_type == "AssumedRole":
        role = iam._roles.get_scoped(context.principal_account, None, context.principal_arn.split("/")[1])
        if role:
            return role["Arn"]
    return resolve_condition_key(key, context)
