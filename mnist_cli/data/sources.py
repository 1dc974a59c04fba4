"""Where the files of a data set come from: a folder, or a mirror on the web."""

import queue
import re
import threading
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3 import exceptions as transport

from mnist_cli.errors import MnistError
from mnist_cli.progress import ProgressFactory

ANSWER_SECONDS = 6.0  # longest wait for the first byte; a name server alone can take minutes
PAUSE_SECONDS = 10.0  # longest wait for the next bytes
FILE_SECONDS = 300.0  # for one file; 10 MB in that time is 33 kB/s
LONGEST_FILE_SECONDS = 86_400.0  # the most that --timeout allows, a day
REDIRECTIONS = 10
CHUNK = 1 << 16
# What an error message must not show of a text that is no valid address.
SECRET = re.compile(r"^(\w+://)?.*@|[?#].*", re.DOTALL)


class UnusableError(MnistError):
    """A source does not give this file; the message says why."""


class UnreachableError(UnusableError):
    """A source does not give this file and will not give the others either."""


class Source(Protocol):
    """A place that may have the files; `str(source)` is its name in messages."""

    def chunks(self, name: str, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """Yield the content of the file `name`, packed or not. Raises UnusableError."""


class Folder:
    """A folder that has the files under one of their usual names, packed or not."""

    def __init__(self, folder: Path, ending: str) -> None:
        self.folder, self.ending = folder, ending

    def __str__(self) -> str:
        return str(self.folder)

    def chunks(self, name: str, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """See `Source`."""
        names = [name, name.replace("-idx", ".idx")]
        paths = [self.folder / (name + self.ending) for name in names]
        path = next((path for path in paths if path.is_file()), None)
        if path is None:
            raise UnusableError(f"holds no {name} or {name}.gz")
        with closing(progress(name, path.stat().st_size)) as bar, path.open("rb") as content:
            while chunk := content.read(CHUNK):
                bar.update(len(chunk))
                yield chunk


class Mirror:
    """A web address; the names of the packed files are appended to it.

    A user name, a password and a query (for example a token) are sent but never shown.
    """

    def __init__(self, address: str, file_seconds: float) -> None:
        self.address = address.strip()
        self.file_seconds = file_seconds
        self.session = _Session()

    def __str__(self) -> str:
        parts = _parts(self.address)
        if parts is None:
            return repr(re.sub(SECRET, r"\1", self.address))
        return _with_path(parts, "", netloc=parts.netloc.rpartition("@")[2], query="")

    def chunks(self, name: str, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """See `Source`; errors of requests become an UnusableError with a short reason."""
        parts = _parts(self.address)
        if parts is None:
            raise UnreachableError("not the address of a mirror, like https://example.org/mnist/")
        begin = time.monotonic()
        with closing(_Reader(self.session, _with_path(parts, f"{name}.gz"))) as reader:
            response = reader.answer(begin, min(ANSWER_SECONDS, self.file_seconds))
            if response.status_code != requests.codes.ok:
                raise UnusableError(f"answered with status {response.status_code}")
            with closing(progress(name, _length(response))) as bar:
                while chunk := reader.piece(begin, self.file_seconds):
                    bar.update(len(chunk))
                    yield chunk


def _parts(address: str) -> SplitResult | None:
    """Split an address into its parts; None if it is not a valid address of a web server."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and address.isprintable() else None


def _with_path(parts: SplitResult, name: str, **changes: str) -> str:
    """Return the address of the file `name` in the folder that the parts describe."""
    path = f"{parts.path.rstrip('/')}/{name}"
    return parts._replace(path=path, fragment="", **changes).geturl()


def _length(response: requests.Response) -> int:
    """Return the announced length of the body; 0 if there is none, or none that is possible."""
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


class _Session(requests.Session):
    """Requests files without further packing; follows no redirection from https to http."""

    def __init__(self) -> None:
        super().__init__()
        self.headers["Accept-Encoding"] = "identity"
        self.max_redirects = REDIRECTIONS

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target:
            resp.raw.close()  # requests would read its body to the end, which may never come
            scheme = urlsplit(urljoin(resp.url, target)).scheme
            if resp.url.startswith("https:") and scheme == "http":
                raise UnreachableError("redirects from https to http")
        return target


class _Reader:
    """Reads an answer in a thread, because requests cannot limit the time of a name look-up.

    The thread reads one piece when it is asked for one, so that no data pile up in memory. It ends
    when it is told that no more pieces are wanted, so that no thread waits for ever.
    """

    def __init__(self, session: requests.Session, address: str) -> None:
        self.session, self.address = session, address
        self.wanted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """Put the response into `answers`, then a piece for each True in `wanted`; or an error."""
        limits = (ANSWER_SECONDS, PAUSE_SECONDS)
        try:
            with self.session.get(self.address, stream=True, timeout=limits) as response:
                self.answers.put(response)
                while self.wanted.get():
                    self.answers.put(response.raw.read1(CHUNK, decode_content=False))
        except (UnusableError, transport.HTTPError, OSError, ValueError) as error:
            self.answers.put(error)

    def answer(self, begin: float, seconds: float) -> Any:
        """Wait for the thread until `seconds` after `begin`. Raises UnusableError."""
        left = begin + seconds - time.monotonic()
        try:
            answer = self.answers.get(timeout=left) if left > 0 else None
        except queue.Empty:
            answer = None
        if answer is None:
            raise UnreachableError(f"too slow, waited {seconds:g} seconds")
        if isinstance(answer, Exception):
            raise _explained(answer) from answer
        return answer

    def piece(self, begin: float, seconds: float) -> bytes:
        """Return the next bytes of the body as sent, b"" at its end. Raises UnusableError."""
        self.wanted.put(True)
        piece: bytes = self.answer(begin, seconds)
        return piece

    def close(self) -> None:
        """End the thread."""
        self.wanted.put(False)


INSECURE = (
    "no secure connection; check the clock of this computer and, if a proxy reads encrypted "
    "traffic, REQUESTS_CA_BUNDLE"
)
REASONS = (  # the first match counts
    (requests.exceptions.SSLError, INSECURE),
    ((requests.Timeout, transport.TimeoutError), "no answer in time"),
    (requests.exceptions.ProxyError, "the proxy cannot be reached, or refuses the connection"),
    (requests.exceptions.InvalidProxyURL, "the proxy's address is wrong; check HTTPS_PROXY"),
    (requests.TooManyRedirects, f"redirects more than {REDIRECTIONS} times"),
    (requests.exceptions.InvalidHeader, "answered with damaged headers"),
    (requests.ConnectionError, "cannot be reached"),
    (ValueError, "an invalid address: the mirror's, the proxy's, or where it redirects to"),
    ((requests.RequestException, transport.HTTPError), "no usable answer"),
)


def _explained(error: Exception) -> UnusableError:
    """Return an error with a short reason; its class says whether the whole mirror is useless.

    The text of `error` itself is not used, because it may contain an address with a password.
    """
    if isinstance(error, UnusableError):
        return error
    if isinstance(error, transport.ProtocolError):
        return UnusableError("the connection broke in the middle of the file")
    if isinstance(error.args[0] if error.args else None, transport.ProtocolError):
        return UnreachableError("gave no proper HTTP answer")
    for kinds, reason in REASONS:
        if isinstance(error, kinds):
            return UnreachableError(reason)
    return UnreachableError(str(error))  # from the system: a missing file of certificates
