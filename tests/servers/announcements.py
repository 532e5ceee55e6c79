"""What arXiv's feed and its API answer, in their own shapes."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape


def item(id: str = "2607.00001v1", kind: str = "new", title: str = "Sparse Routers") -> str:
    return f"""<item><title>{escape(title)}</title><link>https://arxiv.org/abs/{id[:10]}</link>
      <description>arXiv:{id} Announce Type: {kind} \nAbstract: We route what matters.</description>
      <guid isPermaLink="false">oai:arXiv.org:{id}</guid><category>cs.CL</category><category>cs.LG</category>
      <pubDate>Fri, 03 Jul 2026 00:00:00 -0400</pubDate><arxiv:announce_type>{kind}</arxiv:announce_type>
      <dc:creator>Mira Okafor, Ada King, Jr., Jun Sato</dc:creator></item>"""


def rss(*items: str, day: date | None = None) -> str:
    built = f"<pubDate>{day:%a, %d %b %Y} 00:00:00 -0400</pubDate>" if day else ""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
      <rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
      <channel><title>updates</title><skipDays><day>Sunday</day></skipDays>{built}{"".join(items)}</channel></rss>"""


def entry(
    id: str = "2607.00001v1", published: str = "2026-07-02T09:00:00Z", comment: str = "Code: github.com/o/r"
) -> str:
    return f"""<entry><id>http://arxiv.org/abs/{id}</id><title>Sparse\n  Routers</title>
      <published>{published}</published>
      <summary>  We route\n what matters.\n</summary><arxiv:comment>{escape(comment)}</arxiv:comment>
      <category term="cs.CL"/><category term="cs.LG"/><arxiv:primary_category term="cs.LG"/>
      <author><name>Mira Okafor</name></author><author><name>Ada King, Jr.</name></author>
      <author><name>Jun Sato</name></author></entry>"""


def atom(*entries: str, total: int | str | None = None) -> str:
    return f"""<?xml version='1.0' encoding='UTF-8'?>
      <feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns="http://www.w3.org/2005/Atom">
      <opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>
      {"".join(entries)}</feed>"""
