import json
import time
from typing import Any

import jsonschema
import pytest

from flux.fields import Fields
from flux.languages import DEFAULT
from flux.messages import Message
from flux.schema_examples import Example
from flux.settings import LANGUAGES
from flux.side_call_phrases import PHRASES, PROBES, Phrase, Reply, Where
from flux.side_call_recognition import recognise
from flux.side_call_rules import RULES, find_task
from flux.side_calls import short_title
from flux.texts import TEXTS
from tests import recorded
from tests.conftest import Validate
from tests.fakes import DOT, Answer, World, chat
from tests.recorded import ANSWER, CORPUS, Conversation, Request

CHAT = "/v1/chat/completions"
PROMPTS = recorded.prompts()
CONVERSATIONS = recorded.conversations()
LOCALES = json.loads((CORPUS / "nextchat_locales.json").read_text("utf-8"))
REWORDINGS = json.loads((CORPUS / "rewordings.json").read_text("utf-8"))

SYSTEM = {
    "role": "system",
    "content": "You are a helpful assistant. Keep the conversation short.",
}
TURN = [{"role": "user", "content": "A cute cat 16:9"}, {"role": "assistant", "content": ANSWER}]
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
TITLE_SCHEMA = {
    "type": "object",
    "properties": {"language": {"type": "string"}, "title": {"type": "string", "maxLength": 60}},
    "required": ["language", "title"],
    "additionalProperties": False,
}


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


async def ask(world: World, *messages: object, **more: object) -> Answer:
    return await world.client.post(CHAT, json={"messages": list(messages), **more})


def drawn(world: World) -> int:
    """Count the pictures, and see that those that were not drawn left no trace."""
    pictures = len(world.inference.calls)
    assert len(world.images.values) == pictures
    assert (world.inference.written, world.http.posts) == ([], [])
    return pictures


# Recorded conversations.


def _requests() -> list[Any]:
    return [
        pytest.param(request, id=f"{conversation.app}: {request.name}")
        for conversation in CONVERSATIONS
        for request in conversation.requests
    ]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("request_", _requests())
async def test_a_recorded_request_draws_what_was_asked_for(
    world: World, request_: Request, *, stream: bool
) -> None:
    answer = await world.client.post(CHAT, json={**request_.body, "stream": stream})
    assert answer.status == 200
    assert (drawn(world), answer.headers.get("x-side-call")) == (request_.pictures, request_.side_call)
    if request_.pictures:
        assert answer.said.count("](https://flux.example/image/") == request_.pictures
    elif isinstance(request_.answer, str):
        assert answer.said == request_.answer
    elif request_.answer is not None:
        assert json.loads(answer.said) == request_.answer


def test_every_app_is_recorded_with_a_first_and_a_second_prompt() -> None:
    apps = {phrase.app for phrase in PHRASES}
    assert apps == {"open-webui", "nextchat", "chatbox", "lobechat", "cherry", "librechat"}
    assert len(CONVERSATIONS) >= len(apps)
    assert [c.app for c in CONVERSATIONS if sum(r.pictures for r in c.requests) < 2] == []


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.app)
async def test_side_calls_need_no_workers_ai(world: World, conversation: Conversation) -> None:
    client = world.client_with(inference=None, images=None)
    statuses = {
        request.name: (await client.post(CHAT, json=request.body)).status
        for request in conversation.requests
        if not request.pictures
    }
    assert set(statuses.values()) == {200}


# The table of wordings.


def _body(phrase: Phrase) -> list[dict[str, str]]:
    match phrase.where:
        case Where.START:
            return [*TURN, user(phrase.pattern)]
        case Where.LINE:
            return [user(f"user: A cute cat\nassistant: done\n\n{phrase.pattern} …")]
        case Where.SYSTEM:
            return [{"role": "system", "content": phrase.pattern}, user("A cute cat")]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase.app}: {phrase.pattern[:50]}")
async def test_every_row_is_caught_and_no_row_above_it_takes_it(world: World, phrase: Phrase) -> None:
    answer = await ask(world, *_body(phrase))
    assert (answer.status, drawn(world)) == (200, 0)
    assert answer.headers["x-side-call"] == f"{phrase.app}/{phrase.task}"


@pytest.mark.parametrize("locale", LOCALES)
async def test_nextchat_is_understood_in_every_language_it_speaks(world: World, locale: str) -> None:
    title = await ask(world, *TURN, user(LOCALES[locale]["title"]))
    memory = await ask(world, *TURN, {"role": "system", "content": LOCALES[locale]["memory"]})
    assert (title.headers["x-side-call"], title.said) == ("nextchat/title", "A cute cat")
    assert memory.headers["x-side-call"] == "nextchat/memory"
    assert memory.said == "Pictures asked for so far:\n- A cute cat 16:9"
    assert drawn(world) == 0


def test_every_row_is_long_enough_to_be_nobodys_prompt() -> None:
    assert [phrase.pattern for phrase in PHRASES if len(phrase.pattern.encode()) < 30] == []


def test_patterns_are_not_repeated() -> None:
    rows = [(phrase.where, phrase.pattern) for phrase in PHRASES]
    assert len(rows) == len(set(rows))


# General rules.

_REWORDED = [
    pytest.param(row["task"], row["text"], id=row["text"]) for rows in REWORDINGS.values() for row in rows
]


@pytest.mark.parametrize(("task", "text"), _REWORDED)
async def test_a_wording_that_no_row_knows_is_caught_below_a_conversation(
    world: World, task: str, text: str
) -> None:
    answer = await ask(world, *TURN, user(text))
    assert (answer.headers.get("x-side-call"), drawn(world)) == (f"any/{task}", 0)


@pytest.mark.parametrize(("task", "text"), _REWORDED)
async def test_a_wording_that_no_row_knows_is_caught_around_a_quoted_conversation(
    world: World, task: str, text: str
) -> None:
    answer = await ask(world, user(f"{text}\n\nUser: A cute cat 16:9\nAssistant: Here it is."))
    assert (answer.headers.get("x-side-call"), drawn(world)) == (f"any/{task}", 0)


@pytest.mark.parametrize(("task", "text"), _REWORDED)
async def test_a_wording_without_a_conversation_is_a_prompt(world: World, task: str, text: str) -> None:
    answer = await ask(world, user(text))
    assert ("x-side-call" in answer.headers, drawn(world)) == (False, 1), task


def test_the_rules_speak_these_languages() -> None:
    assert [rule.language for rule in RULES] == ["en", "zh", "ja", "es", "fr", "ru", "de", "ko", "pt", "it"]
    assert set(REWORDINGS) == {rule.language for rule in RULES}


@pytest.mark.parametrize(
    "text",
    [
        "title of the conversation " * 8_000,
        "<chat_history>" * 15_000,
        "<chat_history>" + "<user>" * 30_000 + "</chat_history>",
        "user: " + "\n" * 200_000 + "assistant: x",
        "```\n" * 50_000,
        "\n```\n" + "\n-----" * 30_000,
        "Here is the query:\n" + " " * 200_000,
        "[" * 200_000,
        "[{" * 100_000,
        "user:\n" * 30_000,
        " " * 200_000,
    ],
)
def test_a_very_long_message_is_read_in_no_time(text: str) -> None:
    messages = [Message("user", "A cute cat"), Message("assistant", ANSWER), Message("user", text)]
    before = time.process_time()
    recognise(Fields({}), messages)
    assert time.process_time() - before < 2


def test_only_the_beginning_of_an_instruction_is_read() -> None:
    assert find_task("a cat, " * 500 + "Name this chat in six words.") is None


# Prompts that must be drawn.

_ALL = [(language, prompt) for language, prompts in PROMPTS.items() for prompt in prompts]


def test_the_corpus_is_large_enough() -> None:
    counts = {language: len(set(prompts)) for language, prompts in PROMPTS.items()}
    assert set(counts) == set(LANGUAGES)
    assert min(counts.values()) >= 35
    assert sum(counts.values()) >= 320


@pytest.mark.parametrize("language", PROMPTS)
@pytest.mark.parametrize(
    "before",
    [
        pytest.param([], id="alone"),
        pytest.param(TURN, id="second turn"),
        pytest.param([SYSTEM], id="system message"),
        pytest.param([SYSTEM, *TURN], id="system message and second turn"),
    ],
)
async def test_no_prompt_is_taken_for_a_side_call(language: str, before: list[Any]) -> None:
    for prompt in PROMPTS[language]:
        for more in ({}, {"tools": TOOLS}, {"tools": TOOLS, "tool_choice": "auto"}):
            world = World()
            answer = await ask(world, *before, user(prompt), **more)
            assert (answer.status, "x-side-call" in answer.headers, drawn(world)) == (200, False, 1), prompt


@pytest.mark.parametrize("text", ["Hi", "hello kitty", "This conversation, short title"])
async def test_a_text_response_format_is_no_sign_of_a_side_call(world: World, text: str) -> None:
    await ask(world, user("a cat called " + text), response_format={"type": "text"})
    await ask(world, user("a cat called " + text), response_format="b64_json")
    assert drawn(world) == 2


# The form of the request.


@pytest.mark.parametrize("role", ["system", "developer"])
async def test_an_instruction_of_the_app_below_a_conversation_draws_nothing(world: World, role: str) -> None:
    answer = await ask(world, *TURN, {"role": role, "content": "Zkrátka to shrň."})
    assert (answer.headers["x-side-call"], drawn(world)) == ("any/memory", 0)
    assert answer.said == "Pictures asked for so far:\n- A cute cat 16:9"


async def test_messages_without_a_prompt_of_the_user_are_refused_as_before(world: World) -> None:
    answer = await ask(world, {"role": "system", "content": "You draw."})
    assert (answer.status, answer.json["error"]["param"]) == (400, "messages")


async def test_an_unknown_model_is_not_found_whatever_is_asked(world: World) -> None:
    answer = await ask(world, *TURN, user(LOCALES["en"]["title"]), model="gpt-4o-mini")
    assert (answer.status, answer.json["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a cat", {}),
        (LOCALES["en"]["title"], {"title": "A cute cat"}),
        ("List three tags for our discussion, without explanation.", {"tags": ["General"]}),
    ],
)
async def test_a_request_for_json_gets_json(world: World, text: str, expected: object) -> None:
    answer = await ask(world, *TURN, user(text), response_format={"type": "json_object"})
    assert (json.loads(answer.said), drawn(world)) == (expected, 0)


async def test_a_request_for_a_schema_gets_what_fits_it(world: World) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": TITLE_SCHEMA}}
    answer = await ask(world, user("User: Милый кот 16:9\nAI: …"), response_format=wanted)
    assert json.loads(answer.said) == {"language": "Russian", "title": "Милый кот"}
    assert (answer.headers["x-side-call"], drawn(world)) == ("any/json", 0)


@pytest.mark.parametrize(
    "choice",
    [
        "required",
        "any",
        {"type": "function", "function": {"name": "name_it"}},
        {"type": "function", "name": "name_it"},
        {"type": "tool", "name": "name_it"},
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_forced_tool_is_called(
    world: World, valid: Validate, choice: object, *, stream: bool
) -> None:
    tools = [{"type": "function", "function": {"name": "name_it", "parameters": TITLE_SCHEMA}}]
    answer = await ask(world, user("A cute cat 16:9"), tools=tools, tool_choice=choice, stream=stream)
    if stream:
        choices = [choice for event in answer.events[:-1] for choice in event["choices"]]
        [called] = choices[1]["delta"]["tool_calls"]
        assert called.pop("index") == 0
        finish = choices[-1]["finish_reason"]
    else:
        message = answer.json["choices"][0]["message"]
        [called], finish = message["tool_calls"], answer.json["choices"][0]["finish_reason"]
        assert message["content"] is None
        valid("CreateChatCompletionResponse", answer.json)
    assert (called["type"], called["function"]["name"], finish) == ("function", "name_it", "tool_calls")
    assert called["id"].startswith("call_")
    assert json.loads(called["function"]["arguments"]) == {"language": "English", "title": "A cute cat"}
    assert drawn(world) == 0


@pytest.mark.parametrize("choice", ["auto", "none", {"type": "auto"}, {"type": "none"}, None, 5, []])
async def test_a_free_choice_of_tools_draws(world: World, choice: object) -> None:
    await ask(world, user("a cat"), tools=TOOLS, tool_choice=choice)
    assert drawn(world) == 1


@pytest.mark.parametrize("tools", [None, [], "x", [None], [{}], [{"function": {"name": 5}}]])
async def test_a_forced_tool_that_is_not_there_gets_a_text(world: World, tools: object) -> None:
    answer = await ask(world, user("a cat"), tools=tools, tool_choice="required")
    assert (answer.said, drawn(world)) == ("a cat", 0)


@pytest.mark.parametrize(
    "schema",
    [
        TITLE_SCHEMA,
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
        {"type": "string", "minLength": 30},
        {"enum": ["proceed", "search"]},
        {"const": 5},
        {"type": ["string", "null"]},
        {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}}, "required": ["a", "b"]},
        {"type": "object", "required": ["n"], "properties": {"n": {"type": "number", "exclusiveMinimum": 2}}},
        {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        {"type": "null"},
        {"$defs": {"t": {"type": "string"}}, "type": "object", "required": ["t"],
         "properties": {"t": {"$ref": "#/$defs/t"}}},
        {"type": "object"},
        {},
    ],
)  # fmt: skip
def test_the_smallest_value_fits_its_schema(schema: dict[str, Any]) -> None:
    value = Example(schema, "A cute cat", {"language": "English"}).write()
    jsonschema.Draft202012Validator(schema).validate(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/nowhere"},
        {"properties": 5, "type": "object"},
        {"type": []},
        {"type": "string", "minLength": 10**9},
        {"type": "array", "items": {"$ref": "#"}, "minItems": 2},
        {"required": [5], "properties": {}},
    ],
)
def test_a_schema_that_makes_no_sense_makes_no_trouble(schema: dict[str, Any]) -> None:
    assert len(json.dumps(Example(schema, "A cute cat", {}).write())) < 100_000


# Connection tests.


@pytest.mark.parametrize("word", PROBES)
async def test_a_greeting_alone_is_answered_in_its_language(world: World, word: str) -> None:
    answer = await ask(world, user(f" {word.capitalize()}! 👋"))
    assert (answer.said, drawn(world)) == (TEXTS[PROBES[word]].greeting, 0)
    assert answer.headers["x-side-call"] == "any/probe"


def test_greetings_are_known_in_every_language() -> None:
    assert set(PROBES.values()) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("variables", "headers", "language"),
    [
        ({"LANGUAGE": "ja"}, {}, "ja"),
        ({}, {"user-agent": "Mozilla/5.0", "accept-language": "fr-FR"}, "fr"),
        ({}, {"user-agent": "OpenAI/Python", "accept-language": "fr-FR"}, "de"),
    ],
)
async def test_the_greeting_is_in_the_readers_language(
    variables: dict[str, str], headers: dict[str, str], language: str
) -> None:
    answer = await World(**variables).client.post(CHAT, json=chat("Hallo"), headers=headers)
    assert answer.said == TEXTS[language].greeting


async def test_a_greeting_is_a_prompt_where_there_is_more(world: World) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + DOT.hex()}}
    await ask(world, *TURN, user("hello"))
    await ask(world, user("hello kitty"))
    await ask(world, user("hello 16:9"))
    await ask(world, user("hello" + "!" * 60 + " a cat"))
    assert drawn(world) == 4
    answer = await ask(world, {"role": "user", "content": [{"type": "text", "text": "hello"}, picture]})
    assert "x-side-call" not in answer.headers


async def test_chatboxes_question_for_the_weather_draws_without_its_tool(world: World) -> None:
    await ask(world, user("What is the weather in San Francisco?"))
    assert drawn(world) == 1


# The answer's shape.


async def test_a_side_call_is_answered_in_openais_form(world: World, valid: Validate) -> None:
    answer = await ask(world, *TURN, user("Name this chat in at most six words."))
    assert answer.json == {
        "id": "chatcmpl-000000000000000000000002",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "@cf/black-forest-labs/flux-1-schnell",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "A cute cat", "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    }
    assert "x-neurons" not in answer.headers
    assert "x-side-call" in answer.headers["access-control-expose-headers"]
    valid("CreateChatCompletionResponse", answer.json)


@pytest.mark.parametrize("usage", [False, True])
async def test_a_side_call_streams_as_a_picture_does(world: World, valid: Validate, *, usage: bool) -> None:
    options = {"include_usage": usage}
    answer = await ask(
        world, *TURN, user("Name this chat in at most six words."), stream=True, stream_options=options
    )
    *chunks, done = answer.events
    assert (done, answer.said) == ("[DONE]", "A cute cat")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    deltas = [choice["delta"] for chunk in chunks for choice in chunk["choices"]]
    assert deltas == [{"role": "assistant", "content": ""}, {"content": "A cute cat"}, {}]
    assert [chunk["usage"]["total_tokens"] for chunk in chunks if chunk.get("usage")] == [12] * usage
    assert len({chunk["id"] for chunk in chunks}) == 1
    for chunk in chunks:
        valid("CreateChatCompletionStreamResponse", chunk)


async def test_drawing_everything_is_a_setting() -> None:
    world = World(SIDE_CALLS="draw")
    for text in ("Hi", LOCALES["en"]["title"]):
        answer = await ask(world, user(text), response_format={"type": "json_object"})
        assert "x-side-call" not in answer.headers
    assert drawn(world) == 2


# Titles.


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("A cute cat 16:9", "A cute cat"),
        ("  \n a cat\n1024x1024 ---tl", "a cat"),
        ("“A quoted cat”", "A quoted cat"),
        (
            "A very long prompt about a cat that sits on a wall and looks at the moon",
            "A very long prompt about a cat that sits",
        ),
        ("红" * 60, "红" * 40),
        ("x" * 60, "x" * 40),
        ("猫 " + "红" * 60, "猫 " + "红" * 38),
        ('{"scene": "a harbour", "style": "oil"}', "a harbour. Style: oil."),
        ("", ""),
    ],
)
def test_a_title_is_the_prompt_cut_at_a_word(prompt: str, title: str) -> None:
    assert short_title(prompt) == title


async def test_without_a_prompt_the_title_is_a_plain_word(world: World) -> None:
    answer = await ask(world, user("Based on the chat history, give this conversation a name."))
    assert answer.said == TEXTS[DEFAULT].picture


def test_fixed_replies_in_json_are_json() -> None:
    texts = [reply.value for reply in Reply if isinstance(reply.value, str)]
    assert [json.dumps(json.loads(text)) for text in texts if text.startswith(("{", "["))] == [
        '{"tags": ["General"]}',
        '{"follow_ups": []}',
        '{"queries": []}',
        '{"text": ""}',
        '{"tool_calls": []}',
        '{"action": "proceed"}',
        "{}",
        "[]",
    ]
