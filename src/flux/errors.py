"""Every failure a client can be told of, as one tree.

::

    ApiError                        500 internal_error
    ├── InvalidValue                400 invalid_value
    │   └── SizeNotAvailable        400 size_not_available
    ├── MissingParameter            400 missing_required_parameter
    ├── InvalidBody                 400 invalid_body
    ├── ContentPolicyViolation      400 content_policy_violation
    ├── Unauthorized                401 invalid_api_key
    ├── PermissionDenied            403 permission_denied
    ├── NotFound                    404 not_found
    │   └── ModelNotFound           404 model_not_found
    ├── MethodNotAllowed            405 method_not_allowed
    ├── PayloadTooLarge             413 payload_too_large
    ├── RateLimited                 429 rate_limit_exceeded
    │   ├── CapacityExceeded        429 capacity_exceeded
    │   └── QuotaExhausted          429 insufficient_quota
    ├── ConfigurationError          500 configuration_error
    ├── UpstreamFailed              502 upstream_error
    ├── NotConfigured               503 not_configured
    ├── StorageFailed               503 storage_failed
    └── UpstreamTimeout             504 upstream_timeout

The body is OpenAI's ``{"error": {message, type, param, code}}`` with all four keys, as their
specification requires (https://platform.openai.com/docs/guides/error-codes).
"""

from typing import ClassVar, Final

Headers = tuple[tuple[str, str], ...]

# The SDKs retry every 5xx on their own; after a call that may have been paid for, this stops them.
# https://github.com/openai/openai-python reads the header in `_should_retry`.
NO_RETRY: Final[Headers] = (("x-should-retry", "false"),)


class ApiError(Exception):
    """A failure with the status, type and code that OpenAI's clients understand."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "server_error"
    code: ClassVar[str] = "internal_error"
    fixed_headers: ClassVar[Headers] = NO_RETRY

    def __init__(self, message: str, *, param: str | None = None, headers: Headers = ()) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.headers = self.fixed_headers + headers

    def body(self) -> dict[str, object]:
        """Answer the JSON value that goes to the client."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


class _RequestError(ApiError):
    """The request is at fault; sending it again unchanged cannot help."""

    status = 400
    type = "invalid_request_error"
    fixed_headers: ClassVar[Headers] = ()


class InvalidValue(_RequestError):
    """A known field has a value that cannot be used; *param* names it."""

    code = "invalid_value"


class SizeNotAvailable(InvalidValue):
    """No enabled model can draw the asked size, or ``SIZE_POLICY=reject`` forbids another one."""

    code = "size_not_available"


class MissingParameter(_RequestError):
    """A required field is absent or empty; *param* names it."""

    code = "missing_required_parameter"


class InvalidBody(_RequestError):
    """The body is not JSON, not an object, or not the form it says it is."""

    code = "invalid_body"


class ContentPolicyViolation(_RequestError):
    """The model's safety filter refused the prompt or a picture."""

    code = "content_policy_violation"


class Unauthorized(_RequestError):
    """The key is missing, malformed or wrong."""

    status = 401
    code = "invalid_api_key"


class PermissionDenied(_RequestError):
    """The Cloudflare account may not use the model."""

    status = 403
    code = "permission_denied"


class NotFound(_RequestError):
    """Nothing is at this address."""

    status = 404
    code = "not_found"


class ModelNotFound(NotFound):
    """No enabled model has this id."""

    code = "model_not_found"


class MethodNotAllowed(_RequestError):
    """The path is known, the method is not; ``Allow`` lists the methods."""

    status = 405
    code = "method_not_allowed"


class PayloadTooLarge(_RequestError):
    """The body, or what the model was sent, is over the limit."""

    status = 413
    code = "payload_too_large"


class RateLimited(ApiError):
    """Too many requests a minute; ``Retry-After`` says when to come back."""

    status = 429
    type = "rate_limit_error"
    code = "rate_limit_exceeded"
    fixed_headers: ClassVar[Headers] = ()


class CapacityExceeded(RateLimited):
    """Workers AI has no free machine for the model at the moment."""

    code = "capacity_exceeded"


class QuotaExhausted(RateLimited):
    """The account's neurons of the day are used up."""

    type = "insufficient_quota"
    code = "insufficient_quota"
    fixed_headers: ClassVar[Headers] = NO_RETRY


class ConfigurationError(ApiError):
    """The owner's Cloudflare credentials do not work."""

    code = "configuration_error"


class UpstreamFailed(ApiError):
    """Workers AI failed, or answered something that is not a picture."""

    status = 502
    code = "upstream_error"


class NotConfigured(ApiError):
    """A setting or binding that the route needs is missing or unusable."""

    status = 503
    code = "not_configured"


class StorageFailed(ApiError):
    """Workers KV did not do what it was asked."""

    status = 503
    code = "storage_failed"
    fixed_headers: ClassVar[Headers] = ()


class UpstreamTimeout(ApiError):
    """The picture was not drawn in time."""

    status = 504
    code = "upstream_timeout"
