"""The whole command meets servers as they are out there: its exit code, and its message.

`tests/test_download.py` has forty bad answers one by one, inside the process. Here are also
connections that tests there have not: TLS, IPv6, proxies, a server that cuts every answer at a
random byte, and a download that is killed.
"""

import os
import shutil
import signal
import ssl
import subprocess
from contextlib import suppress

import pytest

from campaign.bounds import generator, many, without
from campaign.servers import (
    BAD,
    GOOD,
    OK,
    PACKED,
    Server6,
    port,
    says,
    serving,
    status,
    whole,
)
from campaign.small_mnist import CONTENT
from campaign.targets import SMALL
from campaign.world import content, ended

MEMORY = 1_500_000_000  # bytes of addresses; the libraries alone have several hundred million
LIMITED = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY},) * 2); {SMALL}"


@pytest.fixture
def download(world, tmp_path):
    """Run the real command against an address; check what must hold however it ends."""

    def run(address, *more, **env):
        out = tmp_path / "out"
        clear = {"no_proxy": "", "NO_PROXY": "", "http_proxy": "", "https_proxy": ""} | env
        call = ("download", "--mirror", address, "--data-dir", out, *more)
        done = ended(world.start(*call, before=LIMITED, **clear))
        assert "Traceback" not in done.err, done.err
        assert all(line.isprintable() and len(line) < 400 for line in done.err.splitlines())
        left = content(out)
        assert left.items() <= CONTENT.items(), sorted(left)  # each file is whole, or not there
        assert (left == CONTENT) == (done.code == 0)
        return done

    return run


def address(server, scheme="http", host="127.0.0.1"):
    return f"{scheme}://{host}:{port(server)}/"


@pytest.mark.parametrize("case", GOOD)
def test_an_unusual_answer_is_taken(download, case):
    with serving(GOOD[case]) as server:
        assert download(address(server)).code == 0


@pytest.mark.parametrize("case", BAD)
def test_a_bad_answer_is_refused_in_one_line(download, case):
    with serving(BAD[case]) as server:
        done = download(address(server), "--timeout", "1")
    assert done.code == 1
    assert len(done.err.splitlines()) == 4, done.err  # downloading, head, why, what to do
    assert f"{port(server)}/: train-images-idx3-ubyte: " in done.err


def test_answers_that_are_cut_anywhere(download):
    chosen = generator("cuts")
    for _ in range(many(40, 3)):
        cut = int(chosen.integers(60_000)) if chosen.random() < 0.5 else int(chosen.integers(60))
        answer = lambda p, c, cut=cut: c.sendall((OK + b"\r\n" + PACKED[p])[:cut])  # noqa: E731
        with serving(answer) as server:
            assert download(address(server)).code == 1, cut


@pytest.mark.parametrize("seconds", ["inf", "nan", "0", "-1", "1e9", "soon"])
def test_a_time_limit_that_is_none_is_refused_before_anything_is_asked(download, seconds):
    with serving(whole) as server:
        done = download(address(server), "--timeout", seconds)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert server.seen == []


def test_a_download_that_is_killed_leaves_whole_files(world, tmp_path):
    chosen, out = generator("killed"), tmp_path / "out"
    with serving(whole) as server:
        call = ("download", "--mirror", address(server), "--data-dir", out, "-q")
        for _ in range(many(100, 3)):
            with world.start(*call, before=SMALL) as process:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(world.seconds("download") * chosen.uniform(0, 1))
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            left = {n: b for n, b in content(out).items() if not n.startswith(".")}
            assert left.items() <= CONTENT.items()
            if len(left) == len(CONTENT):  # else each run goes on
                shutil.rmtree(out)
        assert world.run(*call, before=SMALL).code == 0
    assert content(out) == CONTENT


# ---- TLS, IPv6 and proxies


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate that nobody has signed, for another name."""
    folder = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "certificate.pem"
    names = ("-subj", "/CN=elsewhere.example", "-addext", "subjectAltName=DNS:elsewhere.example")
    call = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    try:
        subprocess.run([*call, "-keyout", key, "-out", file], check=True, capture_output=True)
    except FileNotFoundError:
        without("openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return context, file


def test_a_certificate_of_nobody_is_refused(download, certificate):
    with serving(whole, context=certificate[0]) as server:
        done = download(address(server, "https"))
    assert done.code == 1
    assert "the certificate is not trusted" in done.err
    assert server.seen == []


def test_a_certificate_for_another_name_is_refused_even_if_trusted(download, certificate):
    with serving(whole, context=certificate[0]) as server:
        done = download(address(server, "https"), REQUESTS_CA_BUNDLE=str(certificate[1]))
    assert done.code == 1
    assert "secure connection" in done.err or "certificate" in done.err
    assert server.seen == []


def test_https_to_a_server_without_tls(download):
    with serving(whole) as server:
        done = download(address(server, "https"))
    assert done.code == 1
    assert "no secure connection" in done.err


def test_a_missing_file_of_certificates_is_named(download, tmp_path):
    with serving(whole) as server:
        done = download(address(server, "https"), REQUESTS_CA_BUNDLE=str(tmp_path / "none.pem"))
    assert done.code == 1


def test_ipv6(download):
    try:
        running = serving(whole, Server6, "::1")
        with running as server:
            assert download(address(server, host="[::1]")).code == 0
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


def through(path, connection):
    """Be a proxy: the request has the whole address."""
    whole("/" + path.rpartition("/")[2], connection)


@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
def test_a_proxy_of_the_environment_is_used(download, variable):
    with serving(through) as proxy:
        done = download("http://mirror.invalid/mnist/", **{variable: address(proxy)})
    assert done.code == 0, done.err
    assert all(line.startswith("GET http://mirror.invalid/mnist/") for line in proxy.seen)


def test_no_proxy_goes_round_it(download):
    with serving(whole) as server, serving(says()) as proxy:
        env = {"http_proxy": address(proxy), "no_proxy": "127.0.0.1"}
        assert download(address(server), **env).code == 0
    assert proxy.seen == []


@pytest.mark.parametrize("answer", ["407 Who", "403 No", "502 Broken"])
def test_a_proxy_that_refuses_https(download, answer):
    with serving(status(answer.encode())) as proxy:
        done = download("https://mirror.invalid/", https_proxy=address(proxy))
    assert done.code == 1
    assert "the proxy" in done.err


def test_a_proxy_that_is_not_there_keeps_its_password(download):
    done = download("http://mirror.invalid/", http_proxy="http://user:secret@127.0.0.1:9/")
    assert done.code == 1
    assert "proxy" in done.err
    assert "secret" not in done.err
