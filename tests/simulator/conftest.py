from collections.abc import AsyncIterator

import httpx
import pytest

from simulator.app import create_app
from tests.simulator.callers import Caller


@pytest.fixture
async def stand_in() -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
        yield Caller(client)
