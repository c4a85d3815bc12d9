"""What the stand-in remembers of the calls."""

import asyncio
import hashlib

from tests.simulator.callers import DEV, LLAMA, SCHNELL, Caller, png


async def test_a_form_call_is_recorded_whole(stand_in: Caller) -> None:
    reference = png(320, 200)
    fields = {"prompt": "a cat", "seed": "7", "width": "256", "height": "256", "steps": "2"}
    response = await stand_in.binding_form(DEV, fields, {"input_image_0": reference})
    call = (await stand_in.calls())[0]
    assert call.pop("started") <= call.pop("finished")
    assert call.pop("content_type").startswith("multipart/form-data; boundary=")
    assert call == {
        "route": "binding",
        "query": {"version": "3", "userInputs": "{}"},
        "id": response.headers["cf-ai-req-id"],
        "target": "image",
        "model": DEV,
        "inputs": {"prompt": "a cat", "seed": 7, "width": 256, "height": 256, "steps": 2},
        "files": [
            {
                "name": "input_image_0",
                "filename": "blob",
                "content_type": "image/png",
                "bytes": len(reference),
                "sha256": hashlib.sha256(reference).hexdigest(),
                "width": 320,
                "height": 200,
            }
        ],
        "options": {},
        "fault": None,
        "delay": 0.0,
        "status": 200,
        "neurons": 112.5,
        "seed": 7,
    }


async def test_every_route_is_recorded(stand_in: Caller) -> None:
    talk = {"messages": [{"role": "user", "content": "a"}]}
    await stand_in.binding(SCHNELL, {"prompt": "a"}, returnRawResponse=True)
    await stand_in.rest(LLAMA, json=talk)
    await stand_in.chat({"model": "m", **talk})
    assert [
        (call["route"], call["target"], call["model"], call["inputs"], call["options"])
        for call in await stand_in.calls()
    ] == [
        ("binding", "image", SCHNELL, {"prompt": "a"}, {"returnRawResponse": True}),
        ("rest", "text", LLAMA, talk, {}),
        ("chat", "text", "m", talk, {}),
    ]


async def test_a_refused_call_is_recorded_and_costs_nothing(stand_in: Caller) -> None:
    await stand_in.order({"fault": "3040"})
    await stand_in.binding(SCHNELL, {"prompt": "a", "steps": 99})
    await stand_in.binding(SCHNELL, {"prompt": "a"})
    assert [
        (call["inputs"], call["status"], call["fault"], call["neurons"], call["seed"])
        for call in await stand_in.calls()
    ] == [
        ({"prompt": "a", "steps": 99}, 400, None, 0.0, None),
        ({"prompt": "a"}, 429, "3040", 0.0, None),
    ]


async def test_calls_run_at_once_and_the_peak_is_kept(stand_in: Caller) -> None:
    await stand_in.order({"fault": None, "times": 5, "delay": 0.2})
    await asyncio.gather(*(stand_in.binding(SCHNELL, {"prompt": "a"}) for _ in range(5)))
    body = (await stand_in.http.get("/calls")).json()
    latest_start = max(call["started"] for call in body["calls"])
    assert (body["peak"], latest_start < min(call["finished"] for call in body["calls"])) == (5, True)


async def test_the_record_can_be_cleared(stand_in: Caller) -> None:
    await stand_in.binding(SCHNELL, {"prompt": "a"})
    assert (await stand_in.http.delete("/calls")).json() == {"calls": [], "peak": 0}


async def test_a_reset_clears_the_record_and_the_queue_first(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502"})
    await stand_in.binding(SCHNELL, {})
    pending = (await stand_in.order({"fault": "3040"}, reset=True)).json()["pending"]
    assert ([order["fault"] for order in pending], await stand_in.calls()) == (["3040"], [])
