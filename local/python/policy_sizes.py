"""IAM's quotas for the size of policies, which can't be raised: what MiniStack takes a deployment into an account would refuse.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json

from ministack.services import iam
from ministack.services.cloudformation import provisioners

# All inline policies of one of a kind together, and one managed policy.
INLINE = {"Role": 10_240, "User": 2_048, "Group": 5_120}
MANAGED = 6_144


def size(document):
    """The characters of a policy, white space not counted."""
    text = document if isinstance(document, str) else json.dumps(document)
    return sum(not character.isspace() for character in text)


def register():
    for kind in INLINE:
        name = f"put_{kind.lower()}_policy"
        limited = limit_put(kind, getattr(iam, f"_{name}"))
        setattr(iam, f"_{name}", limited)
        iam._IAM_HANDLERS[f"Put{kind}Policy"] = limited
    for action in ("CreatePolicy", "CreatePolicyVersion"):
        iam._IAM_HANDLERS[action] = limit_managed(iam._IAM_HANDLERS[action])
    for verb in ("create", "update"):
        for kind in ("Role", "User"):
            limit_handler(f"AWS::IAM::{kind}", verb, check_policies_of(kind))
        limit_handler("AWS::IAM::ManagedPolicy", verb, check_managed)


def limit_put(kind, put):
    def limited(parameters):
        name, policy = iam._p(parameters, f"{kind}Name"), iam._p(parameters, "PolicyName")
        others = {key: document for key, document in inline_policies(kind, name).items() if key != policy}
        if sum(map(size, others.values())) + size(iam._p(parameters, "PolicyDocument")) > INLINE[kind]:
            return iam._error(409, "LimitExceeded", exceeded(kind, name), ns="iam")
        return put(parameters)

    return limited


def inline_policies(kind, name):
    if kind == "Role":
        return (iam._roles.get(name) or {}).get("InlinePolicies", {})
    return (iam._user_inline_policies if kind == "User" else iam._group_inline_policies).get(name) or {}


def exceeded(kind, name):
    return f"Maximum policy size of {INLINE[kind]} bytes exceeded for {kind.lower()} {name}"


def check_policies_of(kind):
    def own(properties):
        return {policy.get("PolicyName"): policy.get("PolicyDocument", {}) for policy in properties.get("Policies") or []}

    def check(name, old_properties, new_properties):
        others = {key: document for key, document in inline_policies(kind, name).items() if key not in own(old_properties)}
        if sum(map(size, (others | own(new_properties)).values())) > INLINE[kind]:
            raise ValueError(exceeded(kind, name))

    return check


def limit_managed(action):
    def limited(parameters):
        if size(iam._p(parameters, "PolicyDocument")) > MANAGED:
            return iam._error(409, "LimitExceeded", f"Cannot exceed quota for PolicySize: {MANAGED}", ns="iam")
        return action(parameters)

    return limited


def check_managed(name, old_properties, new_properties):
    if size(new_properties.get("PolicyDocument", {})) > MANAGED:
        raise ValueError(f"Cannot exceed quota for PolicySize: {MANAGED}")


def limit_handler(resource_type, verb, check):
    """Lets a handler of MiniStack's CloudFormation check the name (of a creation it is the logical id), the old and the new properties first."""
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    handle = handlers[verb]

    def limited(first, *arguments):
        check(first, *(({}, arguments[0]) if verb == "create" else arguments[:2]))
        return handle(first, *arguments)

    handlers[verb] = limited
