"""Lets the Entity Resolution server ask MiniStack what a caller's IAM policies allow: POST /_id-mapping-local/authorize

Request: {"accessKeyId", "action": "entityresolution:StartIdMappingJob", "resourceArn", "context": {condition key: value}}.
Response: {"allowed": true} or {"allowed": false, "reason": the message for an AccessDeniedException}.
The caller's signature is not checked.
"""

import json

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, set_request_account_id

PATH = "/_id-mapping-local/authorize"


def with_authorization(app):
    async def application(scope, receive, send):
        if scope["type"] != "http" or scope["path"] != PATH:
            return await app(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        reason = denial(**json.loads(body))
        answer = {"allowed": True} if reason is None else {"allowed": False, "reason": reason}
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return application


def denial(accessKeyId, action, resourceArn, context):
    """Why the caller may not do the action on the resource, or None when it may."""
    set_request_account_id(accessKeyId)
    principal = iam_evaluator.resolve_principal(accessKeyId, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return principal.message
    if principal.policies is None:  # the account itself
        return None
    request = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        principal_keys=principal.keys,
        action=action,
        resource_arn=resourceArn,
        region=resourceArn.split(":")[3],
        service_context={key.lower(): value for key, value in context.items()},
    )
    if iam_evaluator.evaluate(request, principal.policies, *principal.limits).decision == "Allow":
        return None
    return f"User: {principal.arn} is not authorized to perform: {action} on resource: {resourceArn}"
