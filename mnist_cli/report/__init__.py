"""One self-contained HTML page that shows a trained network and reads what the user draws.

`build_page` makes it. The folder `page` has what a browser reads: template, style and script. They
are put together unchanged, without a build step.
"""

from mnist_cli.report.builder import LARGEST, build_page
from mnist_cli.report.subject import Subject, look_at
from mnist_cli.report.twins import missing_activations, missing_line

__all__ = ["LARGEST", "Subject", "build_page", "look_at", "missing_activations", "missing_line"]
