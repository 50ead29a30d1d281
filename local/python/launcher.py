"""Runs MiniStack with the AWS::EntityResolution and AWS::CleanRooms types until the process that started it is gone.

ID_MAPPING_LOCAL_FOLDER names the folder for temporary files; it is removed then.
Expects to lead a process group of its own and a pipe from its parent as standard input.
"""

import os
import shutil
import signal
import threading

import authorization
import aws_sdk_integrations
import cloudformation_types
import custom_resource_answers
import executions
import failed_creations
import nested_stacks
import policy_sizes
import principal_arn
import s3_encryption
import stack_outputs
from jsonata.jsonata import Jsonata
from ministack import app
from ministack.core import iam_evaluator


def end_with_parent():
    # Nothing is ever written to the pipe: it closes when the parent ends, however it ends. Not through sys.stdin,
    # whose lock the interpreter needs when it ends by itself.
    os.read(0, 1)
    shutil.rmtree(os.environ["ID_MAPPING_LOCAL_FOLDER"], ignore_errors=True)
    # The whole group, because Lambda functions run as children.
    os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()
# Without MiniStack's limit of one second for an expression of a state machine: where many run at once, that is over before an expression had its turn.
Jsonata.jsonata = staticmethod(lambda expression, timeout=None: Jsonata(expression))
for module in (cloudformation_types, custom_resource_answers, failed_creations, nested_stacks, stack_outputs, executions, s3_encryption, policy_sizes,
               principal_arn, aws_sdk_integrations):
    module.register()
if app.AUTH:
    app.app = authorization.with_authorization(app.app)
    # Nothing leaves this machine, and there is no TLS: a bucket whose policy asks for TLS would let nobody in.
    app.pin_request_origin = lambda source_ip, _: iam_evaluator.pin_request_origin(source_ip, True)
app.main()
