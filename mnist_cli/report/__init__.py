"""One self-contained HTML page that shows a trained network, and reacts to the user's own hand.

`build_page` makes it. The folder `page` holds what a browser reads: template, style and script,
put together as they are, without a build step.
"""

from mnist_cli.report.builder import LARGEST, build_page
from mnist_cli.report.subject import Subject, look_at
from mnist_cli.report.twins import missing_activations, missing_line

__all__ = ["LARGEST", "Subject", "build_page", "look_at", "missing_activations", "missing_line"]
