"""A call that moto does not implement, or over which it breaks, answers an AWS error that says so.

moto answers a web page, which the provider asks for again and then reports as a decoding problem.
"""

import traceback
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from werkzeug.exceptions import HTTPException

from tests.aws.services.actions import Fault
from tests.aws.services.patching import Method, wrap


@wrap(BaseResponse, "call_action")
def call_action(original: Method, self: Any) -> Any:
    """The error names the missing action, or the place where the server broke."""
    try:
        return original(self)
    except NotImplementedError as missing:
        return self.serialized(_problem("NotImplementedInTestServer", f"{self.service_name}: {missing}"))
    except (ServiceException, HTTPException):
        raise
    except Exception as error:
        return self.serialized(_problem("BrokenTestServer", "".join(traceback.format_exception(error)[-3:])))


def _problem(code: str, message: str) -> ActionResult:
    return ActionResult(Fault(code, message))
