"""The campaign's own way to start a command: what is true of it whichever side is the faster."""

import os
import socket
import tempfile
import threading

from campaign.forks import Forked


def test_a_command_that_ends_before_its_number_is_read_has_both_numbers():
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as door:
        address = f"{folder}/orders"
        door.bind(address)
        door.listen()

        def answer():
            line, _ = door.accept()
            with line:
                _, streams, _, _ = socket.recv_fds(line, 1, 3)
                for stream in streams:
                    os.close(stream)
                line.sendall(b"4711\n-9\n")  # both at once
                line.recv(100_000)

        server = threading.Thread(target=answer, daemon=True)
        server.start()
        with Forked(address, [[], "", {}, ""]) as process:
            assert process.pid == 4711
            assert process.wait(5) == -9
            assert process.communicate() == ("", "")
        server.join()
