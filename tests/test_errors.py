import re

import pytest

from flux import errors
from flux.errors import ApiError
from tests.conftest import Validate

NO_RETRY = (("x-should-retry", "false"),)


def test_every_error_has_the_status_type_code_and_headers_that_clients_know() -> None:
    table = {error.__name__: (error.status, error.type, error.code, error.fixed_headers) for error in _tree()}
    assert table == {
        "ApiError": (500, "server_error", "internal_error", NO_RETRY),
        "InvalidValue": (400, "invalid_request_error", "invalid_value", ()),
        "SizeNotAvailable": (400, "invalid_request_error", "size_not_available", ()),
        "MissingParameter": (400, "invalid_request_error", "missing_required_parameter", ()),
        "InvalidBody": (400, "invalid_request_error", "invalid_body", ()),
        "ContentPolicyViolation": (400, "invalid_request_error", "content_policy_violation", ()),
        "Unauthorized": (401, "invalid_request_error", "invalid_api_key", ()),
        "PermissionDenied": (403, "invalid_request_error", "permission_denied", ()),
        "NotFound": (404, "invalid_request_error", "not_found", ()),
        "ModelNotFound": (404, "invalid_request_error", "model_not_found", ()),
        "MethodNotAllowed": (405, "invalid_request_error", "method_not_allowed", ()),
        "PayloadTooLarge": (413, "invalid_request_error", "payload_too_large", ()),
        "RateLimited": (429, "rate_limit_error", "rate_limit_exceeded", ()),
        "CapacityExceeded": (429, "rate_limit_error", "capacity_exceeded", ()),
        "QuotaExhausted": (429, "insufficient_quota", "insufficient_quota", NO_RETRY),
        "ConfigurationError": (500, "server_error", "configuration_error", NO_RETRY),
        "UpstreamFailed": (502, "server_error", "upstream_error", NO_RETRY),
        "NotConfigured": (503, "server_error", "not_configured", NO_RETRY),
        "StorageFailed": (503, "server_error", "storage_failed", ()),
        "UpstreamTimeout": (504, "server_error", "upstream_timeout", NO_RETRY),
    }


def test_the_docstring_draws_every_error_with_its_status_and_code() -> None:
    drawn = re.findall(r"(\w+) +(\d{3}) (\w+)", str(errors.__doc__))
    assert sorted(drawn) == sorted((error.__name__, str(error.status), error.code) for error in _tree())


def _tree() -> list[type[ApiError]]:
    return [
        error
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, ApiError) and not name.startswith("_")
    ]


def test_a_body_carries_all_four_keys(valid: Validate) -> None:
    body = errors.InvalidValue("'n' is wrong.", param="n").body()
    assert body == {
        "error": {
            "message": "'n' is wrong.",
            "type": "invalid_request_error",
            "param": "n",
            "code": "invalid_value",
        }
    }
    valid("ErrorResponse", body)


def test_an_error_without_a_param_says_null(valid: Validate) -> None:
    body = errors.Unauthorized("The key is wrong.").body()
    assert body == {
        "error": {
            "message": "The key is wrong.",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        }
    }
    valid("ErrorResponse", body)


@pytest.mark.parametrize(
    ("error", "headers"),
    [
        (errors.RateLimited("m", headers=(("retry-after", "5"),)), (("retry-after", "5"),)),
        (errors.QuotaExhausted("m", headers=(("retry-after", "5"),)), (*NO_RETRY, ("retry-after", "5"))),
        (errors.NotFound("m"), ()),
    ],
)
def test_an_error_keeps_its_fixed_headers_beside_its_own(
    error: ApiError, headers: tuple[tuple[str, str], ...]
) -> None:
    assert error.headers == headers
