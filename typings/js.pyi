"""JavaScript's globals, as the interop uses them: what they are is the platform's to say."""

from typing import Any

JSON: Any
AbortController: Any
Array: Any
Blob: Any
Buffer: Any
FormData: Any
Object: Any
Reflect: Any
RegExp: Any
Response: Any
String: Any
TextDecoder: Any
TextEncoder: Any
TransformStream: Any
Uint8Array: Any
fetch: Any
