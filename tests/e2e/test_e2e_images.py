"""The images API, on both rings: what is drawn, told and kept."""

import base64
import hashlib
import json
from typing import Any, Final

import pytest

from tests.e2e.control import Control
from tests.e2e.pictures import data_url, noise
from tests.e2e.service import (
    DEV,
    DREAMSHAPER,
    EDITS,
    GENERATIONS,
    KLEIN_4B,
    KLEIN_9B,
    LIGHTNING,
    LUCID,
    PHOENIX,
    SCHNELL,
    SDXL,
    Anywhere,
    Service,
    chat,
    drawn,
    error,
    picture,
)

ROUTES: Final = {"main": "binding", "rest": "rest"}
JPEG: Final = ("jpeg", "image/jpeg")
PNG: Final = ("png", "image/png")
BILLED: Final = {SCHNELL: JPEG, KLEIN_4B: JPEG, KLEIN_9B: JPEG, DEV: JPEG, LUCID: JPEG, PHOENIX: JPEG}
FREE: Final = {SDXL: PNG, LIGHTNING: PNG, DREAMSHAPER: PNG}
MEGABYTE_AND_A_HALF: Final = 1_500_000


@pytest.mark.parametrize("name", ["main", "rest"])
@pytest.mark.parametrize(
    ("model", "kind"), (BILLED | FREE).items(), ids=lambda it: str(it).rpartition("/")[2]
)
def test_every_model_draws_and_tells_its_type_and_price(
    anywhere: Anywhere, control: Control, name: str, model: str, kind: tuple[str, str]
) -> None:
    service = anywhere(name)
    answer = service.generate("A harbour", model=model, size="1024x1024")
    (one,) = drawn(answer)
    (call,) = control.calls()
    shown = service.get(one["url"], key=None)
    told = answer.json()
    assert (call["model"], call["route"], told["model"]) == (model, ROUTES[name], model)
    assert base64.b64decode(one["b64_json"], validate=True) == shown.content
    assert (told["output_format"], shown.headers["content-type"]) == kind
    assert picture(shown.content) == (kind[1], 1024, 1024)
    assert (one["width"], one["height"], one["seed"]) == (1024, 1024, call["inputs"].get("seed"))
    if model in FREE:
        assert (told["usage"]["neurons"], answer.headers.get("x-neurons")) == (None, None)
    else:
        assert told["usage"]["neurons"] == pytest.approx(call["neurons"], abs=0.01)
        assert float(answer.headers["x-neurons"]) == pytest.approx(call["neurons"], abs=0.01)


@pytest.mark.parametrize(
    ("model", "fault"),
    [("flux-2-dev", "png"), (SDXL, None)],
    ids=["base64 of the model", "bytes of the model"],
)
@pytest.mark.parametrize("name", ["main", "rest"])
def test_a_large_picture_is_in_the_answer_byte_for_byte(
    anywhere: Anywhere, control: Control, name: str, model: str, fault: str | None
) -> None:
    if fault:
        control.order(fault)
    service = anywhere(name)
    (one,) = drawn(service.generate("A harbour", model=model, size="1536x1536"))
    data = base64.b64decode(one["b64_json"], validate=True)
    kept = service.get(one["url"], key=None).content
    assert len(one["b64_json"]) > MEGABYTE_AND_A_HALF
    assert hashlib.sha256(data).digest() == hashlib.sha256(kept).digest()


@pytest.mark.parametrize(
    ("asked", "forms"),
    [
        ({}, {"url", "b64_json"}),
        ({"response_format": "url"}, {"url"}),
        ({"response_format": "b64_json"}, {"b64_json"}),
    ],
)
@pytest.mark.parametrize("as_form", [False, True])
def test_a_picture_comes_in_the_forms_that_are_asked_for(
    anywhere: Anywhere, asked: dict[str, str], forms: set[str], *, as_form: bool
) -> None:
    fields = {"prompt": "A heron", **asked}
    form: dict[str, Any] = {"files": {name: (None, value) for name, value in fields.items()}}
    (one,) = drawn(anywhere("main").post(GENERATIONS, **(form if as_form else {"json": fields})))
    assert one.keys() & {"url", "b64_json"} == forms


def test_a_form_says_numbers_and_truth_as_text(anywhere: Anywhere, control: Control) -> None:
    fields = {
        "prompt": "A heron",
        "model": "flux-2-dev",
        "n": "2",
        "seed": "0",
        "steps": "3",
        "stream": "false",
    }
    answer = anywhere("main").post(GENERATIONS, files={name: (None, value) for name, value in fields.items()})
    assert [one["seed"] for one in drawn(answer)] == [0, 1]
    assert sorted((call["inputs"]["steps"], call["inputs"]["seed"]) for call in control.calls()) == [
        (3, 0),
        (3, 1),
    ]


def test_one_failure_among_three_does_not_lose_the_others(anywhere: Anywhere, control: Control) -> None:
    control.order("3030", after=1)
    answer = anywhere("main").generate("A heron", n=3)
    assert len(drawn(answer)) == 2
    assert [failure["code"] for failure in answer.json()["errors"]] == ["content_policy_violation"]
    assert answer.headers["x-neurons"] == "115.2"
    assert answer.json()["usage"]["neurons"] == 115.2
    assert len(control.calls()) == 3


def test_no_more_than_six_pictures_are_drawn_at_once(anywhere: Anywhere, control: Control) -> None:
    control.order(delay=0.3, times=8)
    assert len(drawn(anywhere("main").generate("A heron", n=8, response_format="url"))) == 8
    assert (len(control.calls()), control.peak()) == (8, 6)


STRUCTURE: Final = {"scene": "A lake at dawn", "style": "oil painting", "camera": {"lens": "35 mm"}}


@pytest.mark.parametrize("written", [STRUCTURE, json.dumps(STRUCTURE)], ids=["object", "text"])
def test_a_structured_prompt_is_json_to_flux_2(anywhere: Anywhere, control: Control, written: object) -> None:
    drawn(anywhere("main").generate(written, model="flux-2-dev"))
    (call,) = control.calls()
    assert json.loads(call["inputs"]["prompt"]) == STRUCTURE


@pytest.mark.parametrize("written", [STRUCTURE, json.dumps(STRUCTURE)], ids=["object", "text"])
def test_a_structured_prompt_is_text_to_a_model_that_reads_no_json(
    anywhere: Anywhere, control: Control, written: object
) -> None:
    drawn(anywhere("main").generate(written, model="flux-1-schnell"))
    (call,) = control.calls()
    assert call["inputs"]["prompt"] == "A lake at dawn. Style: oil painting. Camera: lens 35 mm."


@pytest.mark.parametrize(
    "model", ["gpt-image-1", "gpt-image-1.5", "chatgpt-image-latest", "dall-e-2", "dall-e-3"]
)
def test_openais_models_mean_ours_and_on_images_alone(
    anywhere: Anywhere, control: Control, model: str
) -> None:
    service = anywhere("main")
    drawn(service.generate("A heron", model=model))
    assert [call["model"] for call in control.calls()] == [SCHNELL]
    refused = service.post("/v1/chat/completions", json=chat("A heron", model=model))
    assert error(refused) == (404, "invalid_request_error", "model_not_found", "model")


@pytest.mark.parametrize(
    ("path", "kind", "more"),
    [
        (GENERATIONS, "image_generation", {}),
        (EDITS, "image_edit", {"images": [{"image_url": data_url(noise(60, 60))}]}),
    ],
)
def test_a_stream_is_one_event_a_picture(
    anywhere: Anywhere, path: str, kind: str, more: dict[str, Any]
) -> None:
    service = anywhere("main")
    _, *told, done = service.events(path, {"prompt": "A heron", "n": 2, "partial_images": 1, **more})
    assert done == "[DONE]"
    assert [event["type"] for event in told] == [f"{kind}.completed"] * 2
    for event in told:
        kept = service.get(event["url"], key=None).content
        assert base64.b64decode(event["b64_json"], validate=True) == kept
        assert event["usage"]["total_tokens"] > 0


def test_a_stream_tells_a_failure_beside_what_was_drawn(anywhere: Anywhere, control: Control) -> None:
    control.order("3030", after=1)
    _, *told, done = anywhere("main").events(GENERATIONS, {"prompt": "A heron", "n": 2})
    assert done == "[DONE]"
    assert sorted("error" if "error" in event else event["type"] for event in told) == [
        "error",
        "image_generation.completed",
    ]


def listed(service: Service, **query: Any) -> Any:
    answer = service.get("/v1/images", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_stored_pictures_are_listed_the_newest_first_and_in_pages(anywhere: Anywhere) -> None:
    service = anywhere("main")
    made = [drawn(service.generate(f"Number {number}", response_format="url"))[0] for number in range(5)]
    newest_first = [one["key"] for one in reversed(made)]
    page, seen = listed(service, limit=2), []
    for _ in range(2):
        assert (len(page["data"]), page["has_more"]) == (2, True)
        seen += [one["id"] for one in page["data"]]
        page = listed(service, limit=2, cursor=page["next_cursor"])
    assert [*seen, page["data"][0]["id"]] == newest_first
    whole = listed(service)
    one = whole["data"][0]
    assert [entry["id"] for entry in whole["data"][:5]] == newest_first
    assert (one["prompt"], one["url"], one["model"]) == ("Number 4", made[4]["url"], SCHNELL)
    assert (one["width"], one["height"], one["mime"]) == (1024, 1024, "image/jpeg")
    assert one["expires_at"] == one["created"] + 1800


def test_the_last_page_says_so(anywhere: Anywhere) -> None:
    service = anywhere("main")
    page = listed(service, limit=1000)
    assert (page["object"], page["has_more"], page["next_cursor"]) == ("list", False, None)


@pytest.mark.parametrize("limit", [0, 1001, "many"])
def test_a_page_of_no_possible_length_is_refused(anywhere: Anywhere, limit: object) -> None:
    answer = anywhere("main").get("/v1/images", params={"limit": limit})
    assert error(answer) == (400, "invalid_request_error", "invalid_value", "limit")


def test_a_picture_that_was_deleted_is_gone_everywhere(anywhere: Anywhere) -> None:
    service = anywhere("main")
    (one,) = drawn(service.generate("A mayfly", response_format="url"))
    answer = service.send("DELETE", f"/v1/images/{one['key']}")
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": one["key"], "object": "image", "deleted": True},
    )
    assert service.get(one["url"], key=None).status_code == 404
    assert one["key"] not in [entry["id"] for entry in listed(service)["data"]]
    assert error(service.send("DELETE", f"/v1/images/{one['key']}"))[0] == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/images"), ("DELETE", "/v1/images/x.jpg")])
def test_what_is_stored_is_shown_to_callers_with_a_key_alone(
    anywhere: Anywhere, method: str, path: str
) -> None:
    assert error(anywhere("main").send(method, path, key=None))[0] == 401


def test_a_picture_that_cannot_be_stored_comes_as_base64_whatever_was_asked(anywhere: Anywhere) -> None:
    (one,) = drawn(anywhere("failing").generate("A heron", response_format="url"))
    assert (one["key"], "url" in one) == (None, False)
    assert picture(base64.b64decode(one["b64_json"], validate=True)) == ("image/jpeg", 1024, 1024)
