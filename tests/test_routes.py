import pytest

from flux.routes import METHODS, ROUTES, match

MODELS = "/v1/models"
CHAT = "/v1/chat/completions"


def test_these_are_the_routes() -> None:
    assert {(route.method, route.path) for route in ROUTES} == {
        ("GET", "/health"),
        ("GET", "/v1/models"),
        ("GET", "/v1/models/{id}"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/v1/images/generations"),
        ("POST", "/v1/images/edits"),
        ("GET", "/v1/images"),
        ("DELETE", "/v1/images/{key}"),
        ("GET", "/image/{key}"),
    }


def test_only_these_need_no_key() -> None:
    assert {(route.method, route.path) for route in ROUTES if route.public} == {
        ("GET", "/health"),
        ("GET", "/image/{key}"),
    }


def test_no_two_routes_are_the_same() -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def test_every_method_of_a_route_is_among_those_that_preflights_are_told() -> None:
    assert {route.method for route in ROUTES} | {"HEAD", "OPTIONS"} <= set(METHODS)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/chat/completions",
        "/v1/v1/chat/completions",
        "/v1/chat/completions/",
        "/chat/completions/",
        "/v1/v1/chat/completions//",
    ],
)
def test_a_path_answers_with_v1_without_it_with_it_doubled_and_with_a_slash(path: str) -> None:
    route = match(path).route("POST")
    assert route is not None
    assert route.path == CHAT


@pytest.mark.parametrize("path", ["/v1/models", "/models", "/v1/v1/models/", "/v1/models/"])
def test_the_list_of_models_is_no_model(path: str) -> None:
    route = match(path).route("GET")
    assert route is not None
    assert (route.path, dict(match(path).params)) == (MODELS, {})


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("/v1/models/flux-2-dev", "flux-2-dev"),
        ("/models/@cf/black-forest-labs/flux-2-dev", "@cf/black-forest-labs/flux-2-dev"),
        ("/v1/v1/models/%40cf%2Fblack-forest-labs%2Fflux-2-dev/", "%40cf%2Fblack-forest-labs%2Fflux-2-dev"),
        ("/v1/models/{id}", "{id}"),
    ],
)
def test_the_rest_of_a_path_is_its_parameter(path: str, param: str) -> None:
    assert match(path).params == {"id": param}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/models",
        "/health/x",
        "/modelsx",
        "/image",
        "/image/",
        "//models",
        "/V1/models",
    ],
)
def test_any_other_path_is_unknown(path: str) -> None:
    assert match(path).routes == {}


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/chat/completions", ("POST", "OPTIONS")),
        ("/health", ("GET", "HEAD", "OPTIONS")),
        ("/image/k", ("GET", "HEAD", "OPTIONS")),
        ("/v1/images", ("GET", "HEAD", "OPTIONS")),
        ("/v1/images/k", ("DELETE", "OPTIONS")),
        ("/v1/images/generations", ("POST", "OPTIONS")),
        ("/images/edits/", ("POST", "OPTIONS")),
    ],
)
def test_a_path_knows_its_methods(path: str, methods: tuple[str, ...]) -> None:
    assert match(path).methods == methods


def test_what_answers_get_answers_head() -> None:
    found = match("/health")
    assert found.route("HEAD") is found.route("GET")


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (CHAT, "GET"),
        (CHAT, "HEAD"),
        (CHAT, "PUT"),
        ("/health", "POST"),
        ("/v1/images/edits", "DELETE"),
        ("/v1/images/k", "GET"),
    ],
)
def test_another_method_has_no_route(path: str, method: str) -> None:
    assert match(path).route(method) is None
