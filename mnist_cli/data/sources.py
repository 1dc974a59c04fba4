"""Where the files of a data set come from: a mirror on the web. `folders` has the other kind."""

import queue
import re
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3 import exceptions as transport

from mnist_cli.data.registry import DataFile
from mnist_cli.data.unpacking import CHUNK, UnreachableError, UnusableError
from mnist_cli.progress import ProgressFactory

ANSWER_SECONDS = 6.0  # longest wait for the first byte; a name server alone can take minutes
PAUSE_SECONDS = 10.0  # longest wait for the next bytes
FILE_SECONDS = 300.0  # for one file; 10 MB in that time is 33 kB/s
LONGEST_FILE_SECONDS = 86_400.0  # the most that --timeout allows, a day
REDIRECTIONS = 10
# What an error message must not show of a text that is no valid address.
SECRET = re.compile(r"^(\w+://)?.*@|[?#].*", re.DOTALL)


class Source(Protocol):
    """A place that may have the files; `str(source)` is its name in messages."""

    def source_of(self, file: DataFile) -> str:
        """Return where exactly the file is, in words for the user."""

    def chunks(self, file: DataFile, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """Yield the content of the file, packed or not. Raises UnusableError."""


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

    def source_of(self, file: DataFile) -> str:  # noqa: ARG002
        """See `Source`."""
        return str(self)

    def chunks(self, file: DataFile, progress: ProgressFactory) -> Generator[bytes, None, None]:
        """See `Source`; errors of requests become an UnusableError with a short reason."""
        begin = time.monotonic()
        with (
            self._asked(file, begin) as (reader, response),
            closing(progress(file.name, _length(response))) as bar,
        ):
            while chunk := reader.piece(begin, self.file_seconds):
                bar.update(len(chunk))
                yield chunk

    def check(self, file: DataFile) -> None:
        """Ask for a file, without reading it. Raises UnusableError if the answer is no."""
        with self._asked(file, time.monotonic()):
            pass

    @contextmanager
    def _asked(self, file: DataFile, begin: float) -> Iterator[tuple["_Reader", requests.Response]]:
        """Wait for the answer, at most until some seconds after `begin`. Raises UnusableError."""
        parts = _parts(self.address)
        if parts is None:
            raise UnreachableError("not the address of a mirror, like https://example.org/mnist/")
        with closing(_Reader(self.session, _with_path(parts, f"{file.name}.gz"))) as reader:
            response = reader.answer(begin, min(ANSWER_SECONDS, self.file_seconds))
            if response.status_code != requests.codes.ok:
                raise UnusableError(f"answered with status {response.status_code}")
            yield reader, response


def by_answer(mirrors: Sequence[Mirror], file: DataFile) -> tuple[list[Mirror], dict[str, str]]:
    """Ask all mirrors for a file at once; return them in the order in which to use them.

    The first that has the file comes first, then those that may have others. Mirrors that cannot be
    reached are left out; the second result says why, by their names.
    """
    answers: queue.SimpleQueue[tuple[Mirror, str, bool]] = queue.SimpleQueue()
    for mirror in mirrors:
        threading.Thread(target=_ask, args=(mirror, file, answers), daemon=True).start()
    first, lost = list[Mirror](), dict[Mirror, str]()
    for _ in mirrors:
        mirror, refusal, reached = answers.get()
        if not refusal:
            first = [mirror]
            break
        if not reached:
            lost[mirror] = refusal
    others = [mirror for mirror in mirrors if mirror not in (*first, *lost)]
    return first + others, {str(mirror): lost[mirror] for mirror in mirrors if mirror in lost}


def _ask(mirror: Mirror, file: DataFile, answers: Any) -> None:
    """Put into `answers`: the mirror, why it does not give the file, and if it was reached."""
    try:
        mirror.check(file)
    except UnusableError as error:
        answers.put((mirror, str(error), not isinstance(error, UnreachableError)))
    else:
        answers.put((mirror, "", True))


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
BY_TEXT = (  # what requests tells in words alone; the text itself may hold a password
    ("CERTIFICATE_VERIFY_FAILED", f"the certificate is not trusted: {INSECURE}"),
    ("dependencies for SOCKS", "a SOCKS proxy needs one more package: pip install pysocks"),
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
    for text, reason in BY_TEXT:
        if text in str(error):
            return UnreachableError(reason)
    for kinds, reason in REASONS:
        if isinstance(error, kinds):
            return UnreachableError(reason)
    return UnreachableError(str(error))  # from the system: a missing file of certificates
