"""The room of the door and the queue of the appender: shares, turns, and what is given back."""

import asyncio

import pytest

from adapters.postgres.appender import Queue, Waiting
from adapters.postgres.rows import prepare
from events.envelope import new_event
from events.referral_seen import ReferralSeen
from hub.api.room import Limits, Place, Room, Turns
from hub.errors import TooMany, Unavailable
from hub.log import Append


def taken(room: Room, caller: str, most: int) -> list[Place]:
    """As many places as a caller gets, up to `most`."""
    places = []
    for _ in range(most):
        try:
            places.append(room.enter(caller))
        except TooMany:
            break
    return places


def test_a_caller_alone_gets_half_of_the_room_and_the_next_still_finds_a_share() -> None:
    room = Room(Limits(requests=12))
    assert len(taken(room, "flood", 100)) == 6
    assert len(taken(room, "quiet", 100)) == 4
    assert len(taken(room, "third", 2)) == 2
    with pytest.raises(TooMany):
        room.enter("flood")


def test_a_room_that_is_full_is_full_for_a_new_caller_too() -> None:
    room = Room(Limits(requests=2))
    places = [room.enter("one"), room.enter("two")]
    with pytest.raises(Unavailable):
        room.enter("three")
    places[0].leave()
    room.enter("three").leave()
    places[1].leave()
    assert room.empty


def test_what_a_request_held_is_given_back_once() -> None:
    room = Room(Limits(requests=10, body_bytes=100))
    place = room.enter("one")
    place.grow(60)
    place.leave()
    place.leave()
    assert room.empty
    room.enter("two").grow(100)


def test_bytes_are_shared_and_the_first_message_of_a_caller_needs_no_share() -> None:
    room = Room(Limits(requests=100, body_bytes=100))
    first = room.enter("one")
    first.grow(60)  # more than half, yet the only one
    with pytest.raises(TooMany):
        first.grow(1)
    other = room.enter("two")
    other.grow(40)
    with pytest.raises(Unavailable):
        room.enter("three").grow(1)


async def test_turns_go_round_the_callers_and_none_is_lost() -> None:
    turns, went = Turns(1), []
    await turns.take("holder")

    async def work(caller: str) -> None:
        await turns.take(caller)
        went.append(caller)
        turns.give_back()

    waiting = [asyncio.create_task(work(name)) for name in ("a", "a", "a", "a", "b", "b", "c")]
    await asyncio.sleep(0)
    turns.give_back()
    await asyncio.gather(*waiting)
    assert went == ["a", "b", "c", "a", "b", "a", "a"]
    await asyncio.wait_for(turns.take("next"), 1)


async def test_who_goes_away_while_waiting_takes_no_turn_along() -> None:
    turns = Turns(1)
    await turns.take("holder")
    gone, stays = (asyncio.create_task(turns.take(name)) for name in ("gone", "stays"))
    await asyncio.sleep(0)
    turns.give_back()  # the turn is on its way to the one who goes
    gone.cancel()
    await asyncio.wait_for(stays, 1)
    turns.give_back()
    await asyncio.wait_for(turns.take("next"), 1)


def waiting(actor: str, number: int, *, alone: bool = False) -> Waiting:
    """A command that waits to be stored."""
    event = ReferralSeen.example().model_copy(update={"referral": f"R-26-{number:06}-1"})
    row = prepare(new_event(event, 1, actor=actor))
    answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    return Waiting(Append(()), [row], answer, 10, ("reader", number) if alone else None)  # type: ignore[arg-type]  # never answered


async def test_the_appender_takes_from_each_in_turn_and_keeps_the_order_of_each() -> None:
    queue = Queue()
    flood = [waiting("partner:flood", n) for n in range(5)]
    quiet = [waiting("staff:S-1", n) for n in range(5, 7)]
    for one in (*flood, *quiet):
        queue.add(one)
    assert (len(queue), queue.size) == (7, 70)
    assert queue.take(4) == [flood[0], quiet[0], flood[1], quiet[1]]
    assert queue.take(4) == flood[2:]
    assert (len(queue), queue.size, queue.take(4)) == (0, 0, [])


async def test_a_command_that_must_be_alone_comes_alone() -> None:
    queue = Queue()
    ones = [waiting("a", 1), waiting("b", 2, alone=True), waiting("c", 3)]
    for one in ones:
        queue.add(one)
    assert [queue.take(10) for _ in ones] == [[one] for one in ones]
