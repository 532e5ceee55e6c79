"""Following topics: /subscribe, /subscriptions, /unsubscribe and their buttons."""

from __future__ import annotations

import pytest

from storage import subscriptions
from tests.commands.conftest import Serving
from tests.servers.people import Someone


async def queries_of(serving: Serving, chat_id: int = 1001, thread: int = 0) -> list[str]:
    found = await serving.database.read(subscriptions.of_chat, chat_id, thread)
    return [f"{item.number}. {item.query}{' (paused)' if item.paused else ''}" for item in found]


async def test_a_subscription_says_what_it_finds_and_when_papers_come(archive: Serving, ada: Someone) -> None:
    answer = await ada.asks("/subscribe diffusion -survey")
    assert answer.text.startswith("Subscribed to diffusion -survey (papers that mention")
    assert "it would have sent 12 papers; my archive goes back" in answer.text
    assert "so that is about" in answer.text
    assert answer.text.endswith("You get them every day at 09:00 Berlin time; next on Sat 4 Jul.")
    assert answer.labels == ["Get them instantly", "Change the hour", "Preview all 12", "Undo"]
    assert archive.follows(abstract="A diffusion model.") == ["diffusion -survey"]
    assert archive.follows(abstract="A survey of diffusion.") == []
    assert len(ada.messages) == 1


async def test_queries_keep_the_letters_of_who_typed_them_and_are_one_in_any(archive: Serving, ada: Someone) -> None:
    made = await ada.asks('/subscribe author:"Yann LeCun" OR Schrödinger')
    assert made.text.startswith('Subscribed to author:"Yann LeCun" OR Schrödinger, but')
    await ada.asks('/sub author:"yann lecun" | SCHRODINGER', 'You follow author:"Yann LeCun" OR Schrödinger already')
    await ada.presses("Open number 1")
    await ada.hears("^1. author:.Yann LeCun.*Papers by Yann LeCun, or that mention Schrödinger", kind="edit")
    await ada.presses("Edit")
    await ada.hears("What should number 1 follow", kind="new")
    await ada.asks('author:"Yann Lecun" OR schrodinger', "Subscribed to")
    assert await queries_of(archive) == ['1. author:"Yann Lecun" OR schrodinger']
    for now in ('1. author:"Yann LeCun" OR Schrödinger', '1. author:"Yann Lecun" OR schrodinger'):
        await ada.presses("Undo")
        await ada.hears("Subscribed to", kind="edit")
        assert await queries_of(archive) == [now]
    await ada.asks('/unsub SCHRODINGER or author:"yann lecun"', "You do not follow")
    await ada.asks('/unsub author:"YANN LECUN" OR Schrödinger', "You no longer follow")
    await ada.asks('/sub author:"Yann LeCun" OR Schrödinger')
    assert await queries_of(archive) == ['1. author:"Yann LeCun" OR Schrödinger']


async def test_the_answer_changes_in_place_as_delivery_is_changed(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.presses("instantly")
    answer = await ada.hears("You get them as soon as they appear", kind="edit")
    assert answer.labels == ["One digest a day instead", "Preview all 12", "Undo"]
    assert archive.woken == 1
    await ada.presses("One digest")
    await ada.hears("every day at 09:00", kind="edit")
    await ada.presses("Change the hour")
    assert "18:00" in (await ada.hears("At which hour", kind="edit")).labels
    await ada.presses("18:00")
    await ada.hears("Subscribed to diffusion.*every day at 18:00 Berlin time; next on Fri 3 Jul", kind="edit")
    await ada.presses("Preview all")
    await ada.hears("12 papers in the last 30 days", kind="edit")
    await ada.presses("‹ Back")
    await ada.hears("Subscribed to diffusion", kind="edit")
    assert len(ada.messages) == 1


async def test_undo_takes_a_subscription_back_and_can_be_undone(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.presses("Undo")
    await ada.hears("Undone: you do not follow diffusion", kind="edit")
    assert await queries_of(archive) == []
    assert archive.follows(abstract="A diffusion model.") == []
    await ada.presses("after all")
    await ada.hears("Subscribed to diffusion", kind="edit")
    assert await queries_of(archive) == ["1. diffusion"]


async def test_a_bare_command_asks_and_takes_the_next_words(archive: Serving, ada: Someone) -> None:
    assert "diffusion -survey" in (await ada.asks("/sub", "What do you want to follow")).labels
    await ada.asks("graphs", "Subscribed to graphs")
    await ada.asks("thanks", "thanks · no papers")
    await ada.asks("/subscribe", "What do you want to follow")
    await ada.presses("diffusion -survey")
    await ada.hears("Subscribed to diffusion -survey", kind="edit")
    await ada.asks("thanks", "thanks · no papers")
    assert await queries_of(archive) == ["1. graphs", "2. diffusion -survey"]


async def test_another_command_ends_a_question(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe")
    await ada.asks("/privacy", "What I store")
    await ada.asks("graphs", "graphs · 1 paper")
    assert await queries_of(archive) == []


async def test_a_mistake_shows_its_place_and_follows_nothing_until_it_is_mended(archive: Serving, ada: Someone) -> None:
    answer = await ada.asks("/subscribe (diffusion -survey")
    assert "I can't read that query:\n(diffusion -survey\n^" in answer.text
    assert await queries_of(archive) == []
    await ada.presses("(diffusion) -survey")
    await ada.hears("Subscribed to diffusion -survey", kind="edit")
    assert await queries_of(archive) == ["1. diffusion -survey"]


async def test_what_is_far_too_long_gets_one_sentence(serving: Serving, ada: Someone) -> None:
    answer = await ada.asks(f"/subscribe {'word ' * 1000}")
    assert answer.text.startswith("That query is too long: 256 characters")
    assert await queries_of(serving) == []


async def test_what_finds_nothing_offers_what_may_be_meant(archive: Serving, ada: Someone) -> None:
    answer = await ada.asks("/subscribe difusion", "Subscribed to difusion, but nothing.*Did you mean one of these")
    assert answer.labels == ["diffusion · 12 papers", "diffus* · 12 papers", "Keep as it is", "Undo"]
    await ada.presses("diffusion · 12")
    await ada.hears("Subscribed to diffusion .*12 papers", kind="edit")
    assert await queries_of(archive) == ["1. diffusion"]
    await ada.asks("/subscribe difusion")
    await ada.presses("Keep as it is")
    assert (await ada.hears("It stays, and waits", kind="edit")).labels == ["Undo"]
    assert archive.follows(abstract="Diffusion, also called difusion.") == ["diffusion", "difusion"]


async def test_what_is_almost_followed_already_is_said(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion model")
    answer = await ada.asks("/subscribe diffusion models", "Subscribed to diffusion models")
    assert "You follow diffusion model too, as number 1" in answer.text
    assert await queries_of(archive) == ["1. diffusion model", "2. diffusion models"]


@pytest.mark.usefixtures("archive")
async def test_what_is_followed_already_is_named(ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    answer = await ada.asks("/subscribe  diffusion ", "You follow diffusion already, as number 1")
    await ada.presses("Open number 1", answer)
    await ada.hears("1. diffusion", kind="edit")


async def test_a_hundred_are_enough(serving: Serving, ada: Someone) -> None:
    await ada.asks("/start")
    for number in range(100):
        await serving.database.write(subscriptions.add, 1001, 0, f"word{number}", serving.clock())
    await ada.asks("/subscribe one more", "100 subscriptions, and that is the limit")
    listed = await ada.asks("/subscriptions", "You follow 100 queries, 1 to 10")
    assert listed.labels[:10] == [str(number) for number in range(1, 11)]
    await ada.presses("›")
    await ada.hears("11 to 20", kind="edit")


async def test_one_subscription_is_paused_edited_and_deleted_in_place(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.asks("/subscribe graphs")
    await ada.asks("/list", "You follow 2 queries")
    await ada.presses("2")
    assert (await ada.hears("2. graphs", kind="edit")).labels[:3] == ["Pause", "Edit", "Delete"]
    await ada.presses("Pause")
    await ada.hears("It is paused", kind="edit")
    assert await queries_of(archive) == ["1. diffusion", "2. graphs (paused)"]
    assert archive.follows(abstract="Graphs grow.") == []
    await ada.presses("Resume")
    await ada.hears("2. graphs", kind="edit")
    assert archive.follows(abstract="Graphs grow.") == ["graphs"]
    await ada.presses("Edit")
    await ada.hears("What should number 2 follow instead of graphs", kind="new")
    await ada.asks("diffusion", "You follow diffusion already")
    await ada.asks("/list")
    await ada.presses("2")
    await ada.hears("2. graphs", kind="edit")
    await ada.presses("Edit")
    await ada.hears("What should number 2", kind="new")
    await ada.asks("agents", "Subscribed to agents")
    assert await queries_of(archive) == ["1. diffusion", "2. agents"]
    assert archive.follows(abstract="Graphs and agents.") == ["agents"]


async def test_deleting_is_undone(archive: Serving, ada: Someone) -> None:
    await ada.asks("/subscribe diffusion")
    await ada.asks("/list")
    await ada.presses("1")
    await ada.hears("1. diffusion", kind="edit")
    await ada.presses("Delete")
    await ada.hears("You no longer follow diffusion", kind="edit")
    assert archive.follows(abstract="A diffusion model.") == []
    await ada.presses("Undo")
    await ada.hears("You follow diffusion again", kind="edit")
    assert archive.follows(abstract="A diffusion model.") == ["diffusion"]


@pytest.mark.usefixtures("archive")
async def test_unsubscribing_by_number_query_and_button(ada: Someone) -> None:
    for query in ("diffusion", "graphs", '"2026"', "agents"):
        await ada.asks(f"/subscribe {query}", "Subscribed")
    await ada.asks("/unsubscribe 2", "You no longer follow graphs")
    await ada.asks("/unsub  Diffusion", "You no longer follow diffusion")
    await ada.asks('/unsubscribe "2026"', "You no longer follow")
    await ada.asks("/unsubscribe 77", "You do not follow 77")
    await ada.asks("/unsubscribe", "Which one do you want to end")
    await ada.presses("4. agents")
    await ada.hears("You no longer follow agents. That was the last one", kind="edit")
    await ada.asks("/unsubscribe 4", "You follow nothing yet")


@pytest.mark.usefixtures("archive")
async def test_buttons_of_what_is_gone_say_what_to_type(ada: Someone) -> None:
    answer = await ada.asks("/subscribe diffusion")
    await ada.asks("/unsubscribe 1")
    pressed = await ada.presses("instantly", answer)
    assert "no longer works. Type /subscriptions" in pressed["text"]
    assert pressed["show_alert"]
