"""Lets the servers of Entity Resolution and Clean Rooms ask MiniStack's IAM: POST /_id-mapping-local/{authenticate,authorize}

authenticate: whether a request is signed with the secret, and the session token, of its access key.
  Request: {"service", "method", "target": path and query as sent, "headers": [[name, value]], "body": base64}.
  Response: {} or {"code", "message"}, as MiniStack's own services answer. The keys of MiniStack's accounts, their 12 digits, have no secret.
authorize: what a caller's IAM policies allow.
  Request: {"accessKeyId", "action": "entityresolution:StartIdMappingJob", "resourceArn", "context": {condition key: value}}.
  Response: {"allowed": true} or {"allowed": false, "reason": the message for an AccessDeniedException}.
"""

import base64
import hashlib
import json
from urllib.parse import parse_qs

from ministack.core import iam_actions, iam_evaluator, sigv4
from ministack.core.responses import get_account_id, set_request_account_id
from ministack.core.router import extract_access_key_id

PREFIX = "/_id-mapping-local/"


def with_authorization(app):
    answers = {PREFIX + "authenticate": authenticate, PREFIX + "authorize": authorize}

    async def application(scope, receive, send):
        answer = answers.get(scope["path"]) if scope["type"] == "http" else None
        if answer is None:
            return await app(scope, receive, send)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer(**json.loads(body))).encode()})

    return application


def authenticate(service, method, target, headers, body):
    path, _, query = target.partition("?")
    raw_headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    content = base64.b64decode(body)
    iam_evaluator.pin_signed_request(method, path, parse_qs(query, keep_blank_values=True), raw_headers)
    iam_evaluator.pin_signed_body(content)
    by_name = {name.lower(): value for name, value in headers}
    access_key_id = extract_access_key_id(by_name)
    set_request_account_id(access_key_id)
    failure = iam_evaluator.check_credentials(access_key_id)
    if failure is None and by_name.get("x-amz-content-sha256", hashlib.sha256(content).hexdigest()) != hashlib.sha256(content).hexdigest():
        # MiniStack takes the header's word for the body.
        failure = iam_evaluator.AuthError("SignatureDoesNotMatch", sigv4.SIGNATURE_MISMATCH)
    if failure is None:
        return {}
    code, _, message = iam_actions._auth_failure(service, failure.code, failure.message, by_name)
    return {"code": code, "message": message}


def authorize(**question):
    reason = denial(**question)
    return {"allowed": True} if reason is None else {"allowed": False, "reason": reason}


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
