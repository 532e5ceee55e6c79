"""Papers as Hugging Face's daily lists give them."""

from __future__ import annotations

from datetime import datetime

from bot.demo.chats import Json
from storage.records import Paper


def entry(paper: Paper, listed: datetime) -> Json:
    """A list's entry of a paper, submitted to the list at that moment."""
    moment = listed.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields: Json = {
        "id": paper.id,
        "title": paper.title,
        "summary": paper.abstract,
        "authors": [{"name": name, "hidden": False} for name in paper.authors],
        "publishedAt": moment,
        "submittedOnDailyAt": moment,
        "upvotes": paper.upvotes or 0,
    }
    if paper.code:
        fields |= {"githubRepo": paper.code[0].url, "githubStars": paper.stars or 0}
    return {"paper": fields, "title": paper.title, "summary": paper.abstract, "publishedAt": moment}
