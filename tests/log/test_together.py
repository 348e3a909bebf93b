"""Many who want to know the same share one question, and no answer is older than who asks."""

import asyncio

import pytest

from adapters.postgres.together import Shared


class Asked:
    """A question that takes a moment, and counts: the answer is how far things had come when it was put."""

    def __init__(self) -> None:
        self.position = 0
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        found = self.position
        await asyncio.sleep(0.01)
        return found


async def test_many_who_ask_at_once_share_one_question() -> None:
    asked = Asked()
    shared = Shared(asked)
    assert await asyncio.gather(*(shared.ask() for _ in range(50))) == [0] * 50
    assert asked.times == 1


async def test_who_comes_while_it_is_asked_gets_an_answer_that_was_asked_for_later() -> None:
    asked = Asked()
    shared = Shared(asked)
    first = asyncio.create_task(shared.ask())
    await asyncio.sleep(0.005)
    asked.position = 7
    later = await asyncio.gather(*(shared.ask() for _ in range(20)))
    assert (await first, later, asked.times) == (0, [7] * 20, 2)


async def test_one_who_gives_up_takes_the_answer_from_nobody() -> None:
    shared = Shared(Asked())
    leaves, stays = asyncio.create_task(shared.ask()), asyncio.create_task(shared.ask())
    await asyncio.sleep(0)
    leaves.cancel()
    assert await stays == 0


async def test_a_question_that_fails_fails_for_all_who_share_it_and_is_put_again_for_the_next() -> (
    None
):
    broken = True

    async def question() -> int:
        if broken:
            raise ConnectionError
        return 3

    shared = Shared(question)
    told = await asyncio.gather(shared.ask(), shared.ask(), return_exceptions=True)
    assert [type(one) for one in told] == [ConnectionError, ConnectionError]
    broken = False
    assert await shared.ask() == 3


@pytest.mark.parametrize("rounds", [30])
async def test_asked_again_and_again_it_always_ends(rounds: int) -> None:
    asked = Asked()
    shared = Shared(asked)
    for position in range(rounds):
        asked.position = position
        assert await shared.ask() == position
    assert asked.times == rounds
