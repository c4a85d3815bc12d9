"""OpenAI's own Python client, on real workerd."""

import openai
import pytest
from openai import OpenAI

from tests.e2e.control import Control
from tests.e2e.service import KLEIN_4B, SCHNELL, Service, address, picture


def test_a_chat_answer_is_read(client: OpenAI, main: Service) -> None:
    answer = client.chat.completions.create(
        model="flux-1-schnell", messages=[{"role": "user", "content": "A cute cat 3:2"}]
    )
    (choice,) = answer.choices
    assert (answer.model, choice.finish_reason, choice.message.role) == (KLEIN_4B, "stop", "assistant")
    assert choice.message.content is not None
    shown = main.get(address(choice.message.content), key=None)
    assert picture(shown.content) == ("image/jpeg", 768, 512)
    assert str(answer._request_id).startswith("req_")  # noqa: SLF001 - documented, and meant for callers
    assert answer.usage is not None
    assert answer.usage.total_tokens > 0


def test_a_streamed_answer_is_read(client: OpenAI, main: Service) -> None:
    stream = client.chat.completions.create(
        model=SCHNELL,
        messages=[{"role": "user", "content": [{"type": "text", "text": "A cute cat"}]}],
        stream=True,
        stream_options={"include_usage": True},
    )
    with stream:
        chunks = list(stream)
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert picture(main.get(address(text), key=None).content) == ("image/jpeg", 1024, 1024)


def test_the_models_are_listed_and_one_is_found_by_its_full_id(client: OpenAI) -> None:
    listed = client.models.list()
    found = client.models.retrieve(KLEIN_4B)
    assert len(listed.data) == 9
    assert found in listed.data
    assert (found.id, found.object, found.owned_by) == (KLEIN_4B, "model", "black-forest-labs")


def test_a_wrong_key_is_an_authentication_error(client: OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        client.with_options(api_key="wrong").models.list()
    assert (caught.value.code, caught.value.type) == ("invalid_api_key", "invalid_request_error")
    assert caught.value.request_id is not None


def test_an_unknown_model_is_not_found(client: OpenAI) -> None:
    for ask in (
        lambda: client.models.retrieve("gpt-4o"),
        lambda: client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "A heron"}]
        ),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            ask()
        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_a_bad_n_is_a_bad_request(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=SCHNELL, n=9, messages=[{"role": "user", "content": "A heron"}])
    assert (caught.value.code, caught.value.param) == ("invalid_value", "n")


def test_what_the_safety_filter_refuses_is_a_bad_request(client: OpenAI, control: Control) -> None:
    control.order("3030")
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=SCHNELL, messages=[{"role": "user", "content": "A heron"}])
    assert caught.value.code == "content_policy_violation"


def test_neurons_that_are_used_up_are_a_rate_limit_that_is_not_tried_again(
    client: OpenAI, control: Control
) -> None:
    control.order("4006")
    with pytest.raises(openai.RateLimitError) as caught:
        client.with_options(max_retries=2).chat.completions.create(
            model=SCHNELL, messages=[{"role": "user", "content": "A heron"}]
        )
    assert caught.value.code == "insufficient_quota"
    assert len(control.calls()) == 1


def test_a_picture_that_was_spoilt_is_paid_for_once(client: OpenAI, control: Control) -> None:
    control.order("text-as-image")
    with pytest.raises(openai.InternalServerError) as caught:
        client.with_options(max_retries=2).chat.completions.create(
            model=SCHNELL, messages=[{"role": "user", "content": "A heron"}]
        )
    assert caught.value.code == "upstream_error"
    assert len(control.calls()) == 1


def test_a_failure_in_a_stream_is_an_api_error(client: OpenAI, control: Control) -> None:
    control.order("3030")
    stream = client.chat.completions.create(
        model=SCHNELL, messages=[{"role": "user", "content": "A heron"}], stream=True
    )
    with stream, pytest.raises(openai.APIError) as caught:
        list(stream)
    assert caught.value.code == "content_policy_violation"
