"""Whole conversations of the apps, side calls and all: exactly the pictures that were asked for are drawn."""

import json

import pytest

from tests.e2e.control import Control
from tests.e2e.service import CHAT, Anywhere, Service, deltas
from tests.recorded import Conversation, Request, conversations


def _pictures(control: Control) -> int:
    return sum(call["target"] == "image" for call in control.calls())


def _said(service: Service, request: Request) -> str:
    if request.body.get("stream"):
        return "".join(delta.get("content") or "" for delta in deltas(service.events(CHAT, request.body)))
    answer = service.post(CHAT, json=dict(request.body))
    assert (answer.status_code, answer.headers.get("x-side-call")) == (200, request.side_call)
    return str(answer.json()["choices"][0]["message"]["content"])


@pytest.mark.parametrize("conversation", conversations(), ids=lambda conversation: conversation.app)
def test_a_conversation_draws_the_pictures_that_were_asked_for_and_no_other(
    anywhere: Anywhere, control: Control, conversation: Conversation
) -> None:
    service = anywhere("main")
    drawn, asked = {}, {}
    for number, request in enumerate(conversation.requests):
        before = _pictures(control)
        said = _said(service, request)
        name = f"{number} {request.name}"
        drawn[name], asked[name] = _pictures(control) - before, request.pictures
        if isinstance(request.answer, str):
            assert said == request.answer
        elif request.answer is not None:
            assert json.loads(said) == request.answer
    assert drawn == asked
