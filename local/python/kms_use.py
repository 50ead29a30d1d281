"""Who may use a KMS key: by the policies of the principal and of the key (kms:ViaService and the encryption context included), or by a grant."""

import contextvars

from ministack.core import iam_evaluator
from ministack.core.responses import get_region, set_request_account_id, set_request_region
from ministack.services import kms


def of_owner(key_id, owner):
    """The key, and its grants, of the account that has it."""
    def find():
        set_request_account_id(owner)
        if key_id.startswith("arn:"):
            set_request_region(key_id.split(":")[3])
        key = kms._resolve_key(key_id)
        return key, [grant for grant in kms._grants.values() if key and grant["KeyId"] == key["Arn"]]

    return contextvars.copy_context().run(find)


def denial(principal, key, grants, owner, operation, service, context):
    """Why a principal may not use the key through a service, in an encryption context, or None when it may."""
    action = f"kms:{operation}"
    request = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        principal_keys=principal.keys,
        action=action,
        resource_arn=key["Arn"],
        region=get_region(),
        service_context={
            "kms:viaservice": f"{service}.{get_region()}.amazonaws.com",
            "kms:calleraccount": principal.account,
            "kms:encryptioncontextkeys": list(context),
            **{f"kms:encryptioncontext:{name.lower()}": value for name, value in context.items()},
        },
    )
    if principal.policies is None:  # the account itself: its key's policy decides
        identity = iam_evaluator.EvalResult("Allow")
    else:
        identity = iam_evaluator.evaluate(request, principal.policies, *principal.limits)
    result = iam_evaluator.combine_resource_policy(identity, request, key.get("Policy") or "", owner, required=True, limits=principal.limits)
    if result.decision == "Allow" or result.decision != "Deny" and any(grants_use(grant, principal.arn, operation, context) for grant in grants):
        return None
    because = "with an explicit deny" if result.decision == "Deny" else "because no identity-based policy, key policy or grant allows the action"
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {key['Arn']} {because}"


def grants_use(grant, principal_arn, operation, context):
    constraints = grant["Constraints"] or {}
    return (operation in grant["Operations"]
            and grant["GranteePrincipal"] in (principal_arn, role_of(principal_arn))
            and constraints.get("EncryptionContextSubset", {}).items() <= context.items()
            and constraints.get("EncryptionContextEquals", context) == context)


def role_of(session_arn):
    """The role of an assumed-role session, or the ARN itself."""
    parts = session_arn.split(":")
    if parts[2] != "sts":
        return session_arn
    return f"arn:aws:iam::{parts[4]}:role/{parts[5].split('/')[1]}"
