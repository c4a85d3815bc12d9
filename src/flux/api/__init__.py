"""The handlers, one module a resource: read the request, call a use case, write the answer."""
