"""Request bodies, read strictly: a JSON object, or the parts of a multipart form."""

import json

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from simulator.refusals import bad_input, bad_json
from simulator.schema import Upload, mismatch


def is_multipart(request: Request) -> bool:
    """Say whether the body calls itself a form."""
    return content_type(request).lower().startswith("multipart/")


def content_type(request: Request) -> str:
    """Return the content type as it was sent."""
    return request.headers.get("content-type", "")


def json_object(text: str | bytes, path: str = "/") -> dict[str, object]:
    """Read a JSON object of what may be said in UTF-8: no NaN, no Infinity, no half of a character."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError as error:
        raise bad_json(f"'{path}' is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise mismatch(path, "object", value)
    return value


async def form_parts(request: Request) -> dict[str, object]:
    """Read a multipart form into texts and uploads, each name once."""
    if "boundary=" not in content_type(request):
        raise bad_input(f"no boundary in the content type of the form: '{content_type(request)}'")
    try:
        form = await MultiPartParser(request.headers, request.stream()).parse()
    except MultiPartException as error:
        raise bad_input(f"the form cannot be read: {error.message}") from error
    parts: dict[str, object] = {}
    for name, value in form.multi_items():
        if name in parts:
            raise bad_input(f"'/{name}' is given more than once")
        parts[name] = await _upload(value) if isinstance(value, UploadFile) else value
    await form.close()
    return parts


async def _upload(file: UploadFile) -> Upload:
    return Upload(file.filename or "", file.content_type or "", await file.read())


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")
