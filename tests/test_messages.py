from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.errors import ApiError, InvalidValue, MissingParameter
from flux.fields import Fields
from flux.messages import Message, last_user_message, parse_messages

URL = "https://a.example/cat.png"


def _parse(*messages: object) -> tuple[Message, ...]:
    return parse_messages(Fields({"messages": list(messages)}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a cat", Message("user", "a cat")),
        (None, Message("user", "")),
        ([], Message("user", "")),
        ([{"type": "text", "text": "a cat"}], Message("user", "a cat")),
        ([{"type": "input_text", "text": "a cat"}], Message("user", "a cat")),
        (["a", "cat"], Message("user", "a\ncat")),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "cat"}], Message("user", "a\ncat")),
        (
            ["a cat", {"type": "image_url", "image_url": {"url": URL, "detail": "auto"}}],
            Message("user", "a cat", (URL,)),
        ),
        ([{"type": "image_url", "image_url": URL}, "a cat"], Message("user", "a cat", (URL,))),
        ([{"type": "input_image", "image_url": URL}], Message("user", "", (URL,))),
        ([{"type": "image_url", "image_url": {"url": ""}}], Message("user", "")),
        ([{"type": "image_url", "image_url": {"url": 5}}], Message("user", "")),
        ([{"type": "text", "text": None}, {"type": "text"}, None, 5, "a cat"], Message("user", "a cat")),
        ("half \ud83d", Message("user", "half \ufffd")),
        ([{"type": "text", "text": "half \ud83d"}], Message("user", "half \ufffd")),
    ],
)  # fmt: skip
def test_a_message_is_read_in_every_form_that_apps_send(content: object, message: Message) -> None:
    assert _parse({"role": "user", "content": content, "name": "ignored"}) == (message,)


def test_all_roles_are_read_in_order() -> None:
    roles = ["developer", "system", "user", "assistant", "tool", "function"]
    messages = _parse(*({"role": role, "content": "x"} for role in roles))
    assert [message.role for message in messages] == roles


def test_an_assistant_that_called_a_tool_has_no_content() -> None:
    assert _parse({"role": "assistant", "tool_calls": []}) == (Message("assistant", ""),)


@pytest.mark.parametrize(
    ("messages", "error", "param"),
    [
        (None, MissingParameter, "messages"),
        ([], MissingParameter, "messages"),
        ("a cat", InvalidValue, "messages"),
        ({"role": "user"}, InvalidValue, "messages"),
        (["a cat"], InvalidValue, "messages[0]"),
        ([{"role": "user", "content": "x"}, None], InvalidValue, "messages[1]"),
        ([{"content": "a cat"}], InvalidValue, "messages[0]"),
        ([{"role": 5, "content": "a cat"}], InvalidValue, "messages[0]"),
        ([{"role": "user", "content": 5}], InvalidValue, "messages[0].content"),
        ([{"role": "user", "content": {"text": "a cat"}}], InvalidValue, "messages[0].content"),
    ],
)
def test_messages_that_are_missing_or_of_another_type_are_refused_by_name(
    messages: Any, error: type[ApiError], param: str
) -> None:
    with pytest.raises(error) as refusal:
        parse_messages(Fields({"messages": messages}))
    assert refusal.value.param == param


def test_the_last_user_message_says_what_to_draw() -> None:
    messages = (
        Message("user", "a dog"),
        Message("assistant", "![](…)"),
        Message("user", "a cat"),
        Message("tool", "x"),
    )
    assert last_user_message(messages) == Message("user", "a cat")


@pytest.mark.parametrize(
    "messages",
    [
        (Message("system", "a cat"),),
        (Message("user", ""),),
        (Message("user", " \n"),),
        (Message("user", "a dog"), Message("user", "")),
        (Message("user", "", (URL,)),),
    ],
)
def test_without_a_text_to_draw_the_messages_are_refused(messages: tuple[Message, ...]) -> None:
    with pytest.raises(MissingParameter) as refusal:
        last_user_message(messages)
    assert refusal.value.param == "messages"


_json = st.recursive(
    st.none() | st.integers() | st.sampled_from(["user", "text", "image_url", "a cat"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "type", "text", "image_url", "url"]), inner)
    ),
    max_leaves=8,
)


@given(_json)
def test_any_messages_are_read_or_refused(messages: Any) -> None:
    try:
        read = parse_messages(Fields({"messages": messages}))
    except (InvalidValue, MissingParameter) as refusal:
        assert str(refusal.param).startswith("messages")  # noqa: PT017 - the other outcome is as good
    else:
        assert len(read) == len(messages)
