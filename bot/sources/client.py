"""The one maker of requests: says who it is, keeps each host's pace, and bounds what comes back in size and time."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType

import httpx

from bot.errors import SourceNonsense, SourceRefused, SourceUnreachable
from bot.sources.gate import Gate, hold

LARGEST_ANSWER = 32 * 2**20
"""Bytes; 100 papers with abstracts of 100 kB, told twice in Hugging Face's lists, fit; a real page has a hundredth."""

MOST_REDIRECTS = 3
LONGEST_WAIT = 7 * 86400.0
"""Seconds of a Retry-After that are believed."""

_TOTAL = 4  # times the timeout, for an answer that comes drop by drop
_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer. unchanged: etag and modified still hold, and the body is empty. more: there are further pages."""

    body: bytes
    etag: str = ""
    modified: str = ""
    unchanged: bool = False
    more: bool = False


class Client:
    """Use as `async with Client(…) as client:`.

    contact: where whoever runs a source can complain, a URL or mail address. timeout: seconds of silence that end
    a request. now: for dates in Retry-After. ahead: by how much the last answer's own date was behind `now`.
    """

    def __init__(self, contact: str, *, now: Callable[[], datetime], timeout: float = 30) -> None:
        self._now, self._timeout = now, timeout
        self.ahead: timedelta | None = None
        self._resting: dict[str, tuple[datetime, timedelta]] = {}  # since when, for how long
        self._http = httpx.AsyncClient(
            headers={"User-Agent": f"paperwire/{version('paperwire')} (+{contact})", "Accept-Encoding": "gzip"},
            timeout=timeout,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(
        self,
        source: str,
        url: str,
        params: Mapping[str, str | int],
        gate: Gate,
        *,
        etag: str = "",
        modified: str = "",
    ) -> Answer:
        """The answer to a GET, through the gate; etag and modified make it conditional.

        A dropped connection is tried once more and redirects within the site are followed. Raises
        SourceUnreachable, SourceRefused, SourceNonsense; SourceRefused without asking while a Retry-After lasts.
        """
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        request = self._http.build_request(
            "GET", url, params=params, headers={name: value for name, value in headers.items() if value}
        )
        for _ in range(MOST_REDIRECTS + 1):
            response, body = await self._answer(source, request, gate)
            if not response.has_redirect_location:
                return self._judged(source, request, response, body)
            request = _redirected(source, request, response)
        raise SourceNonsense(source, "sends its requests round in circles")

    async def _answer(self, source: str, request: httpx.Request, gate: Gate) -> tuple[httpx.Response, bytes]:
        """The response with its body, from a second try where the connection was dropped in the first."""
        try:
            return await self._try(source, request, gate)
        except _DROPPED:
            pass
        try:
            return await self._try(source, request, gate)
        except _DROPPED as error:
            raise SourceUnreachable(source, "dropped the connection") from error

    async def _try(self, source: str, request: httpx.Request, gate: Gate) -> tuple[httpx.Response, bytes]:
        try:
            async with gate.passage(), asyncio.timeout(_TOTAL * self._timeout):
                self._refuse_resting(source, request.url)
                response = await self._http.send(request, stream=True)
                try:
                    gate.heed(response.headers.get("RateLimit", ""))
                    self._compare(response.headers.get("Date", ""))
                    return response, await _body(source, response)
                finally:
                    await response.aclose()
        except (httpx.TimeoutException, TimeoutError) as error:
            raise SourceUnreachable(source, f"gave no answer within {self._timeout:g} s") from error
        except zlib.error as error:
            raise SourceNonsense(source, "gave an answer that cannot be unpacked") from error
        except _DROPPED:
            raise
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnreachable(source, f"cannot be reached ({error})") from error

    def _compare(self, date: str) -> None:
        with suppress(ValueError, TypeError, OverflowError):
            self.ahead = self._now() - parsedate_to_datetime(date)

    def _refuse_resting(self, source: str, url: httpx.URL) -> None:
        """Raise SourceRefused where whoever asked last was told to wait, and that is not over."""
        since, pause = self._resting.get(_service(url), (self._now(), timedelta(0)))
        passed = self._now() - since
        set_back = passed < timedelta(0)  # the clock, which was ahead
        wait = (pause - passed).total_seconds()
        if wait > 0 and not set_back:
            raise SourceRefused(source, f"asked to wait {wait:.0f} s more", wait, HTTPStatus.TOO_MANY_REQUESTS)

    def _judged(self, source: str, request: httpx.Request, response: httpx.Response, body: bytes) -> Answer:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        if response.status_code == HTTPStatus.NOT_MODIFIED and conditional:
            return Answer(b"", etag, modified, unchanged=True)
        if response.status_code == HTTPStatus.OK:
            return Answer(body, etag, modified, more="next" in response.links)
        wait = retry_after(response.headers.get("Retry-After", ""), self._now())
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            wait = max(wait, hold(response.headers.get("RateLimit", "")))
        said = f"answered {response.status_code} {response.reason_phrase}".rstrip()
        said += f" and asked to wait {wait:.0f} s" if wait else ""
        self._resting[_service(request.url)] = self._now(), timedelta(seconds=wait)
        raise SourceRefused(source, said, wait, response.status_code)


def retry_after(value: str, now: datetime) -> float:
    """Seconds of a Retry-After header, given as such or as an HTTP date; 0 where it says nothing."""
    try:
        seconds = float(value) if value.strip().isdigit() else (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0
    return min(max(seconds, 0.0), LONGEST_WAIT)


async def _body(source: str, response: httpx.Response) -> bytes:
    """The body, unpacked as it comes, so that no more than LARGEST_ANSWER is ever held. Raises zlib.error."""
    packing = response.headers.get("Content-Encoding", "identity").lower()
    if packing not in ("identity", "gzip", ""):
        raise SourceNonsense(source, "gave an answer that cannot be unpacked")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16) if packing == "gzip" else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += unpacking.decompress(chunk, LARGEST_ANSWER + 1 - len(body)) if unpacking else chunk
        if len(body) > LARGEST_ANSWER:
            raise SourceNonsense(source, f"gave an answer of more than {LARGEST_ANSWER // 2**20} MB")
    return bytes(body)


def _redirected(source: str, request: httpx.Request, response: httpx.Response) -> httpx.Request:
    """The request that a redirect asks for, as long as it stays on the site and does not leave https."""
    try:
        url = request.url.join(response.headers["Location"])
    except httpx.InvalidURL as error:
        raise SourceNonsense(source, "redirects to something that is no address") from error
    good_scheme = url.scheme == "https" or url.scheme == request.url.scheme == "http"
    if not good_scheme or _site(url) != _site(request.url):
        raise SourceNonsense(source, f"redirects to another site ({url.host or url.scheme})")
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return httpx.Request("GET", url, headers=headers, extensions=request.extensions)


def _service(url: httpx.URL) -> str:
    """What a Retry-After is about: a host's API and its feeds have allowances of their own."""
    return f"{url.netloc.decode()}/{url.path.strip('/').partition('/')[0]}"


def _site(url: httpx.URL) -> str:
    """export.arxiv.org and arxiv.org are one site; an IP address is its own."""
    host = url.host
    return host if host.rpartition(".")[2].isdigit() or ":" in host else ".".join(host.split(".")[-2:])
