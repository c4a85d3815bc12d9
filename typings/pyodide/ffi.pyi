"""What the interop uses of https://pyodide.org/en/stable/usage/api/python-api/ffi.html."""

from collections.abc import Callable
from typing import Any

class JsProxy:
    """A JavaScript object; its attributes and items are whatever it has."""

    def __getattr__(self, name: str) -> Any: ...
    def __call__(self, *arguments: Any) -> Any: ...

class JsException(Exception):
    """An error that JavaScript threw."""

    name: str
    message: str

def create_proxy(value: object) -> JsProxy: ...
def to_js(value: object, *, dict_converter: Callable[[Any], Any] = ...) -> JsProxy: ...
