"""What Workers AI's failures mean: told to the client in its own terms, and whether to try again.

The codes are Cloudflare's (https://developers.cloudflare.com/workers-ai/platform/errors/); the rows below
follow the table of ``platform.md``. The first row that fits a failure decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from flux import errors
from flux.errors import ApiError
from flux.parsing import parse_json


@dataclass(unsafe_hash=True)
class UpstreamFailure(Exception):
    """A call of Workers AI that brought no picture.

    *status* is the HTTP status, None where there was no answer; *code* Workers AI's own, None where the
    answer names none; *text* what the answer said, for the log and for telling failures apart.
    """

    status: int | None
    code: int | None = None
    text: str = ""


TIMED_OUT: Final = UpstreamFailure(408, 3007, "no answer in time")


def read_failure(status: int, body: str) -> UpstreamFailure:
    """Read the body of a failed answer: the binding's, REST's envelope, or anything else."""
    try:
        value = parse_json(body)
    except ValueError:
        value = None
    if isinstance(value, dict):
        reported = value.get("errors")
        first = reported[0] if isinstance(reported, list) and reported else value
        if isinstance(first, dict):
            code = first.get("code", first.get("internalCode"))
            text = first.get("message") or first.get("description")
            return _from_text(status, code if isinstance(code, int) else None, str(text or ""))
    return _from_text(status, None, body[:500])


def read_message(message: str) -> UpstreamFailure:
    """Read the message of an error that the binding threw, ``<code>: <description>``."""
    return _from_text(None, None, message)


_LEADING_CODE: Final = re.compile(r"\s*(\d{4,5}): ")


def _from_text(status: int | None, code: int | None, text: str) -> UpstreamFailure:
    match = _LEADING_CODE.match(text)
    return UpstreamFailure(status, code or (int(match[1]) if match else None), text)


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a call is tried in all, and the first wait in seconds; waits double, with jitter."""

    tries: int = 1
    wait: float = 0.0


_NEVER: Final = Retry()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure comes to: the error for the client, and the tries allowed."""

    error: ApiError
    retry: Retry = _NEVER


def judge(failure: UpstreamFailure, now: float) -> Verdict:
    """Say what *failure* comes to; *now* is the Unix time, for ``Retry-After``."""
    row = next(row for row in _ROWS if row.fits(failure))
    return Verdict(row.error(failure, now), row.retry)


_Maker = Callable[[UpstreamFailure, float], ApiError]


@dataclass(frozen=True, slots=True)
class _Row:
    error: _Maker
    codes: frozenset[int] = frozenset()
    text: re.Pattern[str] | None = None
    statuses: range = field(default=range(0))
    retry: Retry = _NEVER

    def fits(self, failure: UpstreamFailure) -> bool:
        if failure.code in self.codes or (failure.status or 0) in self.statuses:
            return True
        return self.text is not None and self.text.search(failure.text) is not None


def _refused(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.ContentPolicyViolation(
        "The model's safety filter refused this prompt. It also refuses harmless ones: "
        "say the same in other words and try again."
    )


def _used_up(_failure: UpstreamFailure, now: float) -> ApiError:
    seconds = 86_400 - int(now) % 86_400
    return errors.QuotaExhausted(
        "The Cloudflare account's free neurons of the day are used up; they come back at 00:00 UTC. "
        "The Workers Paid plan goes on past them.",
        headers=(("retry-after", str(seconds)),),
    )


def _no_capacity(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.CapacityExceeded(
        "Workers AI has no free capacity for this model at the moment. Try again shortly, or another model.",
        headers=(("retry-after", "5"),),
    )


def _too_many(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.RateLimited(
        "Too many pictures a minute for this Cloudflare account. Try again shortly.",
        headers=(("retry-after", "10"),),
    )


def _too_slow(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.UpstreamTimeout("The model took too long. Fewer steps or a smaller size may help.")


def _too_large(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.PayloadTooLarge(
        "The model refused the request as too large. Send fewer or smaller pictures."
    )


_NAMED_FIELD: Final = re.compile(r"'/?(prompt|width|height|num_steps|steps|guidance|seed|negative_prompt)'")

# No client can cause these: what it sent was checked before the call was built.
_OUR_FAULT: Final = re.compile(r"additional|unevaluated|required propert|type mismatch", re.IGNORECASE)


def _bad_input(failure: UpstreamFailure, _now: float) -> ApiError:
    field_name = _NAMED_FIELD.search(failure.text)
    if field_name is None or _OUR_FAULT.search(failure.text):
        return ApiError("The model refused a call that this service built wrongly; the failure was logged.")
    return errors.InvalidValue(
        f"The model refused '{field_name[1]}': {failure.text[:200]}", param=field_name[1]
    )


def _no_model(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.ModelNotFound("Workers AI does not offer this model.", param="model")


def _forbidden(failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.PermissionDenied(
        f"Workers AI does not let this account use the model: {failure.text[:300]}"
    )


def _credentials(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.ConfigurationError(
        "Cloudflare refused this service's credentials. Check CF_ACCOUNT_ID, and that CF_API_TOKEN has the "
        "permissions Workers AI Read and Edit."
    )


def _unusable(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.UpstreamFailed("Workers AI answered something that is not a whole picture.")


def _failed(_failure: UpstreamFailure, _now: float) -> ApiError:
    return errors.UpstreamFailed("Workers AI failed to draw the picture. Try again later.")


_ROWS: Final = (
    _Row(_refused, frozenset({3030, 8007}), re.compile(r"\b(flagged|NSFW)\b", re.IGNORECASE)),
    _Row(_used_up, frozenset({3036, 4006}), re.compile("daily free allocation", re.IGNORECASE)),
    _Row(
        _no_capacity, frozenset({3040}), re.compile("capacity temporarily exceeded", re.IGNORECASE),
        retry=Retry(3, 1.0),
    ),
    _Row(_too_slow, frozenset({3007, 3008}), statuses=range(408, 409), retry=Retry(2, 0.5)),
    _Row(_too_large, frozenset({3006}), statuses=range(413, 414)),
    _Row(_bad_input, frozenset({5004, 5006, 3003})),
    _Row(_no_model, frozenset({5007, 3042})),
    _Row(_forbidden, frozenset({5016, 5018, 5035, 3023, 3041})),
    _Row(_credentials, frozenset({10000, 9106, 7003}), statuses=range(401, 402)),
    _Row(_too_many, statuses=range(429, 430), retry=Retry(2, 1.0)),
    _Row(_forbidden, statuses=range(403, 404)),
    _Row(_bad_input, statuses=range(400, 500)),
    # It answered, so it may have been paid for: never asked again.
    _Row(_unusable, statuses=range(200, 300)),
    _Row(_failed, text=re.compile(""), retry=Retry(3, 0.5)),
)  # fmt: skip
