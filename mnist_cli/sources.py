"""Where the packed files of MNIST come from: a folder, or a mirror."""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import requests

from mnist_cli.errors import MnistError
from mnist_cli.progress import ProgressFactory

ANSWER_SECONDS = 6.0  # until a mirror must have begun to answer; a name server can hang for minutes
PAUSE_SECONDS = 10.0  # longest pause between two pieces
FILE_SECONDS = 300.0  # for one file; 10 MB in that time is 33 kB/s
CHUNK = 1 << 16

Answers: TypeAlias = "queue.SimpleQueue[int | bytes | Exception]"


class UnusableError(MnistError):
    """The source does not give this file; the message says why."""


class UnreachableError(UnusableError):
    """Nor will it give the others."""


class Source(Protocol):
    """A place that may give the files; `str(source)` names it."""

    def chunks(self, name: str, progress: ProgressFactory) -> Iterator[bytes]:
        """Yield the content of the file `name`, packed or not. Raises UnusableError."""


class Folder:
    """A folder with the files under one of their usual names, packed or not."""

    def __init__(self, folder: Path, ending: str) -> None:
        self.folder, self.ending = folder, ending

    def __str__(self) -> str:
        return str(self.folder)

    def chunks(self, name: str, progress: ProgressFactory) -> Iterator[bytes]:
        """See `Source`."""
        names = [name, name.replace("-idx", ".idx")]
        paths = [self.folder / (name + self.ending) for name in names]
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            raise UnusableError(f"holds no {name} or {name}.gz")
        bar = progress(name, path.stat().st_size)
        try:
            with path.open("rb") as content:
                while chunk := content.read(CHUNK):
                    bar.update(len(chunk))
                    yield chunk
        finally:
            bar.close()


class _Session(requests.Session):
    """Follows no redirection from https to http."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target and resp.url.startswith("https:") and target.startswith("http:"):
            raise requests.exceptions.InvalidURL("redirected from https to http")
        return target


class Mirror:
    """An address that the names of the packed files are appended to."""

    def __init__(self, address: str, file_seconds: float) -> None:
        self.address = address.rstrip("/") + "/"
        self.file_seconds = file_seconds
        self.session = _Session()
        self.session.headers["Accept-Encoding"] = "identity"

    def __str__(self) -> str:
        return self.address

    def chunks(self, name: str, progress: ProgressFactory) -> Iterator[bytes]:
        """See `Source`; requests' errors become one of ours, in a few words.

        A thread does the reading, because no setting of requests bounds the look-up of a name or
        a body that comes in drips.
        """
        answers: Answers = queue.SimpleQueue()
        abandoned = threading.Event()
        begin = time.monotonic()
        threading.Thread(target=self._fetch, args=(name, answers, abandoned), daemon=True).start()
        try:
            total = self._next(answers, begin, ANSWER_SECONDS)
            bar = progress(name, total)
            try:
                while chunk := self._next(answers, begin, self.file_seconds):
                    bar.update(len(chunk))
                    yield chunk
            finally:
                bar.close()
        finally:
            abandoned.set()

    def _fetch(self, name: str, answers: Answers, abandoned: threading.Event) -> None:
        """Put the length of the body into `answers`, then its pieces, then b"", or an error."""
        url, limits = f"{self.address}{name}.gz", (ANSWER_SECONDS, PAUSE_SECONDS)
        try:
            with self.session.get(url, stream=True, timeout=limits) as response:
                response.raise_for_status()
                length = response.headers.get("Content-Length", "")
                answers.put(int(length) if length.isdecimal() else 0)
                for chunk in response.iter_content(CHUNK):
                    answers.put(chunk)
                    if abandoned.is_set():
                        return
            answers.put(b"")
        except (requests.RequestException, OSError, ValueError) as error:  # a bad address, too
            answers.put(error)

    def _next(self, answers: Answers, begin: float, seconds: float) -> Any:
        """Wait for the next thing from `_fetch` until `seconds` after `begin`."""
        try:
            answer = answers.get(timeout=max(0.0, begin + seconds - time.monotonic()))
        except queue.Empty:
            raise UnreachableError(f"too slow, waited {seconds:g} seconds") from None
        if isinstance(answer, Exception):
            raise _explained(answer) from answer
        return answer


def _explained(error: Exception) -> UnusableError:
    """Say in a few words what went wrong, and whether the whole mirror is out of reach."""
    if isinstance(error, requests.HTTPError):
        return UnusableError(f"answered with status {error.response.status_code}")
    if isinstance(error, requests.exceptions.SSLError):
        return UnreachableError(
            "its certificate was not accepted; check this machine's clock, and REQUESTS_CA_BUNDLE "
            "if a proxy opens the traffic"
        )
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return UnusableError("the connection broke in the middle of the file")
    if isinstance(error, requests.Timeout):
        return UnreachableError("no answer in time")
    if isinstance(error, requests.exceptions.ProxyError):
        return UnreachableError("the proxy does not let us through")
    if isinstance(error, requests.ConnectionError):
        return UnreachableError("cannot be reached")
    return UnreachableError(str(error))
