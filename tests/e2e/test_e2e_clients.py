"""The clients that apps are built on, as they come out of their packages, on real workerd."""

import base64
from collections.abc import Iterator
from typing import IO, Any, Final

import pytest

from tests.e2e.clients.driving import Client, Failed, Programs
from tests.e2e.control import Control
from tests.e2e.pictures import noise, sha256
from tests.e2e.service import KLEIN_4B, SCHNELL, Service, address, picture

OPENAI_PYTHON: Final = ("python", "openai")
LITELLM: Final = ("python", "litellm")
OPENAI_NODE: Final = ("node", "openai")
AI_OPENAI: Final = ("node", "ai-sdk-openai")
AI_COMPATIBLE: Final = ("node", "ai-sdk-compatible")

ALL: Final = (OPENAI_PYTHON, LITELLM, OPENAI_NODE, AI_OPENAI, AI_COMPATIBLE)
OFFICIAL: Final = (OPENAI_PYTHON, OPENAI_NODE)
# The AI SDK reads whichever form comes, and shows the picture's bytes alone.
TELLS_FORMS: Final = (OPENAI_PYTHON, LITELLM, OPENAI_NODE)

MESSAGES: Final = [{"role": "user", "content": "A cute cat 3:2"}]


@pytest.fixture(scope="session")
def programs(log: IO[str]) -> Iterator[Programs]:
    with Programs.start(log) as programs:
        yield programs


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    programs: Programs,
    main: Service,
    control: Control,  # noqa: ARG001 - no fault is left over
) -> Client:
    """One of the clients: a test says which in its parameters."""
    language, name = request.param
    return Client(language, name, main.url, programs)


def among(*clients: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("app", clients, indirect=True, ids="-".join)


def shown(main: Service, drawn: Any) -> list[tuple[str, int, int]]:
    """Answer what the pictures are that a client got, by their bytes or at their address."""
    return [
        picture(base64.b64decode(one["base64"]) if one["base64"] else main.get(one["url"], key=None).content)
        for one in drawn
    ]


@among(*ALL)
def test_a_picture_is_generated_without_asking_for_a_form(main: Service, app: Client) -> None:
    drawn = app.ask("generate", model="flux-1-schnell", prompt="A heron", size="768x512")
    assert shown(main, drawn) == [("image/jpeg", 768, 512)]


@among(*ALL)
def test_several_pictures_are_generated(main: Service, app: Client) -> None:
    drawn = app.ask("generate", model="flux-1-schnell", prompt="A heron", n=2)
    assert shown(main, drawn) == [("image/jpeg", 1024, 1024)] * 2


@among(*TELLS_FORMS)
@pytest.mark.parametrize(
    ("asked", "forms"),
    [
        ({}, {"url", "base64"}),
        ({"response_format": "url"}, {"url"}),
        ({"response_format": "b64_json"}, {"base64"}),
    ],
)
def test_a_picture_comes_in_the_form_that_is_asked_for(
    main: Service, app: Client, asked: dict[str, str], forms: set[str]
) -> None:
    # litellm sends response_format for the models alone that it knows to take it.
    drawn = app.ask("generate", model="dall-e-3", prompt="A heron", **asked)
    assert [{form for form, value in one.items() if value} for one in drawn] == [forms]
    assert shown(main, drawn) == [("image/jpeg", 1024, 1024)]


@among(*ALL)
@pytest.mark.parametrize("model", ["flux-2-klein-4b", "gpt-image-1"])
def test_two_references_are_edited(main: Service, app: Client, control: Control, model: str) -> None:
    pictures = [noise(100, 60), noise(50, 50)]
    drawn = app.ask(
        "edit",
        model=model,
        prompt="Both as one",
        pictures=[base64.b64encode(data).decode() for data in pictures],
        size="1024x1024",
    )
    (call,) = control.calls()
    assert shown(main, drawn) == [("image/jpeg", 1024, 1024)]
    assert (call["model"], call["inputs"]["prompt"]) == (KLEIN_4B, "Both as one")
    assert [(file["name"], file["sha256"]) for file in call["files"]] == [
        ("input_image_0", sha256(pictures[0])),
        ("input_image_1", sha256(pictures[1])),
    ]


@among(*OFFICIAL)
def test_a_picture_is_streamed(app: Client) -> None:
    *_, event = events = app.ask("streamImages", model="flux-1-schnell", prompt="A heron", partial_images=2)
    assert [one["type"] for one in events] == ["image_generation.completed"]
    assert picture(base64.b64decode(event["b64_json"])) == ("image/jpeg", 1024, 1024)
    assert event["usage"]["total_tokens"] == 4098


@among(*ALL)
@pytest.mark.parametrize("act", ["chat", "streamChat"])
def test_a_chat_answer_shows_the_picture(main: Service, app: Client, act: str) -> None:
    text = app.ask(act, model="flux-1-schnell", messages=MESSAGES)
    assert picture(main.get(address(text), key=None).content) == ("image/jpeg", 768, 512)


@among(OPENAI_PYTHON, LITELLM, OPENAI_NODE)
def test_the_models_are_listed(app: Client) -> None:
    models = app.ask("models")
    assert len(models) == 9
    assert SCHNELL in models


@among(*OFFICIAL)
@pytest.mark.parametrize("name", [KLEIN_4B, "flux-2-klein-4b"])
def test_a_model_is_retrieved(app: Client, name: str) -> None:
    assert app.ask("model", model=name) == KLEIN_4B


# The AI SDK has one class for all, and the status in it.
_AI: Final = "AI_APICallError"


@among(*ALL)
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"key": "wrong"}, ("AuthenticationError", 401, "invalid_api_key")),
        ({"size": "99999x1"}, ("BadRequestError", 400, "size_not_available")),
        ({"prompt": ""}, ("BadRequestError", 400, "missing_required_parameter")),
        ({"model": "gpt-4o"}, ("NotFoundError", 404, "model_not_found")),
    ],
    ids=["key", "size", "prompt", "model"],
)
def test_a_clients_mistake_is_raised_as_its_own_class(
    app: Client, control: Control, asked: dict[str, str], told: tuple[str, int, str]
) -> None:
    name, status, code = told
    caught = refused(app, **asked)
    assert (caught.name, caught.status) == (_AI if app.name.startswith("ai-sdk") else name, status)
    assert caught.code == (None if app.name == "litellm" else code)
    assert control.calls() == []


@among(*ALL)
def test_what_is_used_up_is_raised_as_a_rate_limit(app: Client, control: Control) -> None:
    control.order("4006")
    told = refused(app)
    assert (told.name, told.status) == (_AI if app.name.startswith("ai-sdk") else "RateLimitError", 429)
    assert len(control.calls()) == 1


# litellm waits as long as Retry-After says and asks again, whatever it is told.
@among(OPENAI_PYTHON, OPENAI_NODE, AI_OPENAI, AI_COMPATIBLE)
def test_a_rate_limit_is_raised_as_its_own_class(app: Client, control: Control) -> None:
    control.order("429", times=2)
    told = refused(app)
    assert (told.name, told.status) == (_AI if app.name.startswith("ai-sdk") else "RateLimitError", 429)
    assert told.code == "rate_limit_exceeded"
    assert len(control.calls()) == 2


def refused(app: Client, **asked: str) -> Failed:
    with pytest.raises(Failed) as caught:
        app.ask("generate", **{"model": "flux-1-schnell", "prompt": "A heron", **asked})
    return caught.value
